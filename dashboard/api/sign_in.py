"""Coming in and going out: the session as it stands, the first administrator, sign-in and sign-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from dashboard.api.app import OPEN_TAG
from dashboard.api.people_models import LoginBody, SetUpBody, UserTold
from dashboard.auth.attempts import AddressAttempts
from dashboard.auth.audit import Audit
from dashboard.auth.cookies import forget_token
from dashboard.auth.entering import Entering
from dashboard.auth.identify import address_of
from dashboard.auth.password_rules import problem_of
from dashboard.auth.passwords import BusyError, Passwords
from dashboard.auth.permissions import Permission, Role
from dashboard.auth.principal import Principal, needs
from dashboard.auth.set_up import SetUp
from dashboard.auth.sign_in import BUSY, SignIn, SignInRefusedError, told_to_wait
from records.people import AlreadySetUpError, PeopleRepository, User
from records.sessions import SessionRepository

WRONG_CODE: Final = (
    "初期設定コードが違います。受付を起動した画面（またはその記録）に表示されたコードを入力してください。"
)
NOBODY: Final = "（サインイン前）"


class SessionTold(BaseModel):
    """Who is there, and what the pages need to know before anything else."""

    state: str = Field(description="setup（最初の管理者がまだいません）、signed_out、signed_in のいずれか")
    user: UserTold | None = None
    permissions: list[str] = Field(default_factory=list, description="許可されていること")
    csrf: str = Field("", description="変更の要求に x-csrf-token として付ける値")
    company: str = ""
    version: str = ""
    code_needed: bool = Field(False, description="初期設定にコードが必要かどうか")
    single_sign_on: str = Field("", description="シングルサインオンの名前。使わないときは空")


class SignInApi:
    """The endpoints over the accounts. `company` and `version` are what every page shows at its top."""

    def __init__(
        self,
        *,
        people: PeopleRepository,
        kept_sessions: SessionRepository,
        entering: Entering,
        passwords: Passwords,
        sign_in: SignIn,
        set_up: SetUp,
        addresses: AddressAttempts,
        audit: Audit,
        company: Callable[[], str],
        version: str,
        single_sign_on: str,
    ) -> None:
        self._people = people
        self._kept_sessions = kept_sessions
        self._entering = entering
        self._passwords = passwords
        self._sign_in = sign_in
        self._set_up = set_up
        self._addresses = addresses
        self._audit = audit
        self._company = company
        self._version = version
        self._single_sign_on = single_sign_on

    def router(self) -> APIRouter:
        """The endpoints. All but signing out are open: they are where people come in."""
        router = APIRouter(tags=["サインイン"])
        add = router.add_api_route
        opened: dict[str, Any] = {"tags": [OPEN_TAG]}
        told: dict[str, Any] = {**opened, "response_model": SessionTold, "methods": ["POST"]}
        add("/session", self._session, summary="いまの状態（サインインしているか、何ができるか）", **opened)
        add("/setup", self._make_first, summary="最初の管理者を登録する", **told)
        add("/login", self._login, summary="サインイン", **told)
        add("/logout", self._logout, methods=["POST"], summary="サインアウト")
        return router

    async def _session(self, request: Request) -> SessionTold:
        principal = request.scope.get("state", {}).get("principal")
        if isinstance(principal, Principal):
            user = await self._people.get(principal.id) if principal.role is not None else None
            return self._told("signed_in", principal, user, request.scope["state"].get("csrf", ""))
        if await self._set_up.needed():
            told = self._told("setup")
            return told.model_copy(update={"code_needed": not self._set_up.admits(request, "")})
        return self._told("signed_out")

    async def _make_first(self, body: SetUpBody, request: Request) -> JSONResponse:
        if not await self._set_up.needed():
            raise HTTPException(409, str(AlreadySetUpError()))
        address = address_of(request)
        if not self._set_up.admits(request, body.code):
            waits = self._addresses.until(address)
            if waits is not None:
                raise HTTPException(429, told_to_wait(waits))
            self._addresses.wrong(address)
            raise HTTPException(403, WRONG_CODE)
        problem = problem_of(body.password, body.login)
        if problem is not None:
            raise HTTPException(422, problem)
        try:
            hashed = await self._passwords.hash(body.password)
            user = await self._people.add(body.login, body.name, Role.ADMINISTRATOR, hashed, only_first=True)
        except BusyError as error:
            raise HTTPException(503, BUSY) from error
        except AlreadySetUpError as error:
            raise HTTPException(409, str(error)) from error
        return await self._let_in(user, request, "user.set_up")

    async def _login(self, body: LoginBody, request: Request) -> JSONResponse:
        try:
            user = await self._sign_in.by_password(body.login, body.password, address_of(request))
        except SignInRefusedError as error:
            await self._note_refused(request, error)
            raise HTTPException(error.status, str(error)) from error
        return await self._let_in(user, request, "session.sign_in")

    async def _logout(self, request: Request, who: Annotated[Principal, needs(Permission.SIGNED_IN)]) -> JSONResponse:
        await self._kept_sessions.end(who.session_id)
        await self._audit.note(who, "session.sign_out")
        response = JSONResponse(self._told("signed_out").model_dump(mode="json"))
        forget_token(response, request)
        return response

    async def _let_in(self, user: User, request: Request, action: str) -> JSONResponse:
        entered = await self._entering.enter(user, request, action)
        told = self._told("signed_in", entered.principal, user, entered.csrf)
        response = JSONResponse(told.model_dump(mode="json"))
        entered.keep(response, request)
        return response

    async def _note_refused(self, request: Request, error: SignInRefusedError) -> None:
        address = address_of(request)
        # What was typed as a login is not kept: some type their password there.
        who = Principal("", NOBODY, None, frozenset(), address)
        if error.user is not None:
            who = Principal.person(error.user.id, error.user.name, Role(error.user.role), address)
        target = error.user.login if error.user is not None else ""
        await self._audit.note(who, "session.refused", target, detail={"status": error.status})

    def _told(self, state: str, who: Principal | None = None, user: User | None = None, csrf: str = "") -> SessionTold:
        common: dict[str, Any] = {"company": self._company(), "version": self._version}
        return SessionTold(
            state=state,
            user=UserTold.of(user) if user is not None else None,
            permissions=sorted(who.permissions) if who is not None else [],
            csrf=csrf,
            single_sign_on=self._single_sign_on,
            **common,
        )
