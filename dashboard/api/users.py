"""The accounts, for those who manage people. The last administrator stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path

from dashboard.api.people_models import NewUserBody, PasswordBody, SessionTold, UserChangeBody, UserTold
from dashboard.auth.audit import Audit
from dashboard.auth.password_rules import problem_of
from dashboard.auth.passwords import BusyError, Passwords
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.auth.sessions import Sessions
from dashboard.auth.sign_in import BUSY
from records.people import NoSuchUserError, PeopleError, PeopleRepository, User
from records.sessions import SessionRepository

Manager = Annotated[Principal, needs(Permission.PEOPLE_MANAGE)]
UserId = Annotated[str, Path(max_length=64)]
NOT_ONESELF: Final = "自分自身のアカウントは、停止も削除もできません。ほかの管理者にご依頼ください。"
NO_SESSION: Final = "そのサインインは、すでに終わっています。"


class UsersApi:
    """The endpoints over everyone's accounts."""

    def __init__(
        self, people: PeopleRepository, kept: SessionRepository, sessions: Sessions, passwords: Passwords, audit: Audit
    ) -> None:
        self._people = people
        self._kept = kept
        self._sessions = sessions
        self._passwords = passwords
        self._audit = audit

    def router(self) -> APIRouter:
        """For those who manage people."""
        router = APIRouter(tags=["利用者"])
        add = router.add_api_route
        add("/users", self._list, summary="利用者の一覧")
        add("/users", self._add, methods=["POST"], status_code=201, summary="利用者を追加する")
        add("/users/{user_id}", self._change, methods=["PATCH"], summary="名前・役割・使えるかどうかを変える")
        add("/users/{user_id}", self._remove, methods=["DELETE"], status_code=204, summary="利用者を削除する")
        add("/users/{user_id}/password", self._password, methods=["POST"], summary="新しいパスワードを設定する")
        add("/users/{user_id}/unlock", self._unlock, methods=["POST"], summary="ロックを解除する")
        add("/sessions", self._sessions_list, summary="全員のサインイン一覧")
        add("/sessions/{session_id}", self._end, methods=["DELETE"], status_code=204, summary="サインインを終わらせる")
        return router

    async def _list(self, who: Manager) -> list[UserTold]:
        return [UserTold.of(user) for user in await self._people.list()]

    async def _add(self, body: NewUserBody, who: Manager) -> UserTold:
        hashed = await self._hashed(body.password, body.login)
        with _told():
            user = await self._people.add(body.login, body.name, body.role, hashed)
        await self._audit.note(who, "user.create", user.login, detail={"role": user.role})
        return UserTold.of(user)

    async def _change(self, user_id: UserId, body: UserChangeBody, who: Manager) -> UserTold:
        if body.active is False and user_id == who.id:
            raise HTTPException(409, NOT_ONESELF)
        with _told():
            before = await self._known(user_id)
            user = await self._people.change(user_id, name=body.name, role=body.role, active=body.active)
        changes = {
            name: [getattr(before, name), getattr(user, name)]
            for name in ("name", "role", "active")
            if getattr(before, name) != getattr(user, name)
        }
        await self._audit.note(who, "user.change", user.login, detail=changes)
        return UserTold.of(user)

    async def _remove(self, user_id: UserId, who: Manager) -> None:
        if user_id == who.id:
            raise HTTPException(409, NOT_ONESELF)
        with _told():
            user = await self._people.remove(user_id)
        await self._audit.note(who, "user.remove", user.login, detail={"name": user.name, "role": user.role})

    async def _password(self, user_id: UserId, body: PasswordBody, who: Manager) -> UserTold:
        with _told():
            user = await self._known(user_id)
            await self._people.set_password(user_id, await self._hashed(body.password, user.login))
            ended = await self._kept.end_of(user_id, but=who.session_id)
            await self._audit.note(who, "user.password", user.login, detail={"sessions_ended": ended})
            return UserTold.of(await self._known(user_id))

    async def _unlock(self, user_id: UserId, who: Manager) -> UserTold:
        with _told():
            await self._people.unlock(user_id)
            user = await self._known(user_id)
        await self._audit.note(who, "user.unlock", user.login)
        return UserTold.of(user)

    async def _sessions_list(self, who: Manager) -> list[SessionTold]:
        found = await self._kept.list()
        return [SessionTold.of(*each, who.session_id) for each in found if self._sessions.good(*each)]

    async def _end(self, session_id: Annotated[str, Path(max_length=64)], who: Manager) -> None:
        if not await self._kept.end(session_id):
            raise HTTPException(404, NO_SESSION)
        await self._audit.note(who, "session.end", session_id)

    async def _hashed(self, password: str, login: str) -> str:
        problem = problem_of(password, login)
        if problem is not None:
            raise HTTPException(422, problem)
        try:
            return await self._passwords.hash(password)
        except BusyError as error:
            raise HTTPException(503, BUSY) from error

    async def _known(self, user_id: str) -> User:
        user = await self._people.get(user_id)
        if user is None:
            raise NoSuchUserError
        return user


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NoSuchUserError as error:
        raise HTTPException(404, str(error)) from error
    except PeopleError as error:
        raise HTTPException(409, str(error)) from error
