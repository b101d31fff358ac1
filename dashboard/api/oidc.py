"""Single sign-on as the browser walks it: off to the provider, back with a code, in."""

from __future__ import annotations

from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from dashboard.api.app import OPEN_TAG
from dashboard.auth.audit import Audit
from dashboard.auth.cookies import is_secure
from dashboard.auth.entering import Entering
from dashboard.auth.identify import address_of
from dashboard.auth.principal import Principal
from dashboard.auth.set_up import SetUp
from dashboard.auth.single_sign_on import BEGUN_FOR, RefusedError, SingleSignOn

STATE_COOKIE: Final = "uketsuke-sso"
NOBODY: Final = "（サインイン前）"
log = structlog.get_logger(__name__)


class OidcApi:
    """The two steps. `public_url` is where browsers reach us; empty takes the address they used."""

    def __init__(
        self, single_sign_on: SingleSignOn, entering: Entering, set_up: SetUp, audit: Audit, public_url: str
    ) -> None:
        self._single_sign_on = single_sign_on
        self._entering = entering
        self._set_up = set_up
        self._audit = audit
        self._public_url = public_url

    def router(self) -> APIRouter:
        """Open: this is a way in."""
        router = APIRouter(prefix="/oidc", tags=[OPEN_TAG])
        add = router.add_api_route
        add("/start", self._start, response_class=RedirectResponse, summary="シングルサインオンを始める")
        add("/callback", self._callback, response_class=RedirectResponse, summary="シングルサインオンから戻る")
        return router

    async def _start(self, request: Request) -> RedirectResponse:
        base = self._public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
        if await self._set_up.needed():
            return RedirectResponse("/setup", 303)
        try:
            url, state = await self._single_sign_on.begin(f"{base}/api/oidc/callback")
        except RefusedError as error:
            return self._back(request, error)
        response = RedirectResponse(url, 303)
        # Lax: the way back is a navigation that another site begins.
        response.set_cookie(
            STATE_COOKIE,
            state,
            max_age=int(BEGUN_FOR.total_seconds()),
            path="/api/oidc",
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )
        return response

    async def _callback(
        self,
        request: Request,
        code: Annotated[str, Query(max_length=4096)] = "",
        state: Annotated[str, Query(max_length=256)] = "",
    ) -> RedirectResponse:
        try:
            user = await self._single_sign_on.finish(code, state, request.cookies.get(STATE_COOKIE, ""))
        except RefusedError as error:
            who = Principal("", NOBODY, None, frozenset(), address_of(request))
            await self._audit.note(who, "session.refused", detail={"single_sign_on": error.because})
            return self._back(request, error)
        entered = await self._entering.enter(user, request, "session.single_sign_on")
        response = RedirectResponse("/", 303)
        entered.keep(response, request)
        response.delete_cookie(STATE_COOKIE, path="/api/oidc")
        return response

    def _back(self, request: Request, error: RefusedError) -> RedirectResponse:
        log.warning("single_sign_on_refused", because=error.because.value, error=str(error))
        return RedirectResponse(f"/login?sso={error.because.value}", 303)
