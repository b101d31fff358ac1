"""One's own account: the password, and the browsers one has signed in from."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from dashboard.api.people_models import OwnPasswordBody, SessionTold
from dashboard.auth.audit import Audit
from dashboard.auth.password_rules import problem_of
from dashboard.auth.passwords import BusyError, Passwords
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.auth.sessions import Sessions
from dashboard.auth.sign_in import BUSY, SignIn, SignInRefusedError
from records.people import PeopleRepository
from records.sessions import SessionRepository

Me = Annotated[Principal, needs(Permission.SIGNED_IN)]
WRONG_CURRENT: Final = "いまのパスワードが違います。"
ONLY_SSO: Final = "このアカウントはシングルサインオンで使われているため、パスワードはありません。"
NO_SESSION: Final = "そのサインインは、すでに終わっています。"


class EndedTold(BaseModel):
    """How many were ended."""

    ended: int = Field(description="終わらせたサインインの数")


class AccountApi:
    """The endpoints over one's own account."""

    def __init__(
        self,
        people: PeopleRepository,
        kept: SessionRepository,
        sessions: Sessions,
        passwords: Passwords,
        sign_in: SignIn,
        audit: Audit,
    ) -> None:
        self._people = people
        self._kept = kept
        self._sessions = sessions
        self._passwords = passwords
        self._sign_in = sign_in
        self._audit = audit

    def router(self) -> APIRouter:
        """For whoever has signed in."""
        router = APIRouter(prefix="/account", tags=["自分の設定"])
        router.add_api_route("/password", self._password, methods=["POST"], summary="パスワードを変える")
        router.add_api_route("/sessions", self._list, summary="自分のサインイン一覧")
        router.add_api_route(
            "/sessions/end-others", self._end_others, methods=["POST"], summary="ほかのサインインを終わらせる"
        )
        router.add_api_route(
            "/sessions/{session_id}", self._end, methods=["DELETE"], summary="サインインを一つ終わらせる"
        )
        return router

    async def _password(self, body: OwnPasswordBody, who: Me) -> EndedTold:
        user = await self._people.get(who.id)
        if user is None or not user.password_hash:
            raise HTTPException(409, ONLY_SSO)
        problem = problem_of(body.new, user.login)
        if problem is not None:
            raise HTTPException(422, problem)
        try:
            # The same counting as at the door: an open browser is no place to try passwords either.
            await self._sign_in.by_password(user.login, body.current, who.address)
            hashed = await self._passwords.hash(body.new)
        except BusyError as error:
            raise HTTPException(503, BUSY) from error
        except SignInRefusedError as error:
            wrong = error.status == 401
            raise HTTPException(403 if wrong else error.status, WRONG_CURRENT if wrong else str(error)) from error
        await self._people.set_password(user.id, hashed)
        ended = await self._kept.end_of(user.id, but=who.session_id)
        await self._audit.note(who, "account.password", user.login, detail={"sessions_ended": ended})
        return EndedTold(ended=ended)

    async def _list(self, who: Me) -> list[SessionTold]:
        found = await self._kept.list(who.id)
        return [SessionTold.of(*each, who.session_id) for each in found if self._sessions.good(*each)]

    async def _end_others(self, who: Me) -> EndedTold:
        ended = await self._kept.end_of(who.id, but=who.session_id)
        await self._audit.note(who, "session.end", detail={"sessions_ended": ended})
        return EndedTold(ended=ended)

    async def _end(self, session_id: Annotated[str, Path(max_length=64)], who: Me) -> EndedTold:
        if not await self._kept.end(session_id, who.id):
            raise HTTPException(404, NO_SESSION)
        await self._audit.note(who, "session.end", session_id)
        return EndedTold(ended=1)
