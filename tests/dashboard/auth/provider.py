"""A small OpenID Connect provider: real HTTP, real signatures, and a wish to deceive when a test asks for it."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.dashboard.site import serving

CLIENT_ID = "uketsuke"
SECRET = "shared-between-us"


@dataclass
class Provider:
    """Who signs in, and what is wrong with what it says."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "p-1", "name": "森 達也", "groups": ["cc-leads"]})
    changed: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    signs_with: RSAKey | None = None
    refuses: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    begun: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"{self.address}/realm"

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/realm/.well-known/openid-configuration", self._about)
        app.add_api_route("/realm/authorize", self._authorize)
        app.add_api_route("/realm/token", self._token, methods=["POST"])
        app.add_api_route("/realm/keys", self._keys)
        return app

    async def _about(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in paths.items()}}

    async def _keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    async def _authorize(self, request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        back = {"state": asked["state"]}
        if self.refuses:
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**back, 'error': self.refuses})}", 302)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.begun[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**back, 'code': code})}", 302)

    async def _token(
        self,
        request: Request,
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
    ) -> JSONResponse:
        expected = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        asked = self.begun.pop(code, None)
        hashed = hashlib.sha256(code_verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if request.headers.get("authorization") != f"Basic {expected}":
            raise HTTPException(401)
        if asked is None or asked["redirect_uri"] != redirect_uri or asked["code_challenge"] != challenge:
            raise HTTPException(400)
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": self._signed(asked)})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        header = {"alg": self.algorithm, "kid": "one"}
        key: Any = self.signs_with or self.key
        return jwt.encode(header, {**claims, **self.person, **self.changed}, key, algorithms=[self.algorithm])


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    """A provider that listens on a port of its own."""
    running = Provider()
    async with serving(running.app()) as address:
        running.address = address
        yield running
