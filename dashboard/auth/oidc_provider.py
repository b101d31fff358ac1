"""The other side of single sign-on: an OpenID Connect provider, asked over HTTP and believed by its signature."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""What a token may be signed with. Keys that both sides share are not among them."""
DEADLINE_S: Final = 8.0
LEEWAY_S: Final = 60
MOST_BYTES: Final = 1_000_000


class OidcError(RuntimeError):
    """The provider could not be asked or cannot be believed. The message is for the service's log."""


@dataclass(frozen=True)
class OidcClient:
    """What the provider knows us as. An empty secret makes us a public client, which PKCE alone protects."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile", "email")


class OidcProvider:
    """Knows the provider's addresses and keys, and turns a code into what the provider says of a person."""

    def __init__(self, client: OidcClient) -> None:
        self._client = client
        self._lock = asyncio.Lock()
        self._known: Mapping[str, Any] | None = None

    async def authorization_url(self, redirect_url: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent to. Raises `OidcError`."""
        discovered = await self._discovered()
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": redirect_url,
            "scope": " ".join(self._client.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = str(discovered["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def claims(self, code: str, redirect_url: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """What the provider says of the person whose code this is. Raises `OidcError`."""
        discovered = await self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_url,
            "code_verifier": verifier,
            "client_id": self._client.client_id,
        }
        auth = None
        if self._client.client_secret:
            methods = discovered.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in methods:
                auth = httpx.BasicAuth(self._client.client_id, self._client.client_secret)
            else:
                form["client_secret"] = self._client.client_secret
        answer = await _ask("POST", str(discovered["token_endpoint"]), data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcError("the provider gave no ID token")
        return await self._believed(token, nonce, answer.get("access_token"))

    async def _believed(self, token: str, nonce: str, access_token: object) -> Mapping[str, Any]:
        discovered = await self._discovered()
        # The keys are asked for each time: sign-ins are rare, and a provider may change its keys at any moment.
        keys = await _ask("GET", str(discovered["jwks_uri"]))
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
            options = {
                "iss": {"essential": True, "value": self._client.issuer},
                "aud": {"essential": True, "value": self._client.client_id},
            }
            params = {"nonce": nonce, "client_id": self._client.client_id, "access_token": access_token}
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(leeway=LEEWAY_S)
        except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError) as error:
            raise OidcError(f"the ID token is not to be believed: {type(error).__name__}") from error
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise OidcError("the ID token does not say who it is")
        return dict(claims)

    async def _discovered(self) -> Mapping[str, Any]:
        async with self._lock:
            if self._known is None:
                found = await _ask("GET", f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self._client.issuer:
                    raise OidcError("the provider calls itself by another name than the settings do")
                missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
                if missing:
                    raise OidcError(f"the provider does not say its {', '.join(sorted(missing))}")
                self._known = found
            return self._known


async def _ask(method: str, url: str, **options: Any) -> dict[str, Any]:
    try:
        async with asyncio.timeout(DEADLINE_S), httpx.AsyncClient(timeout=DEADLINE_S) as http:
            told = json.loads(await _body(http, method, url, options))
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise OidcError(f"the provider did not answer: {type(error).__name__}") from error
    if not isinstance(told, dict):
        raise OidcError("the provider's answer is no object")
    return told


async def _body(http: httpx.AsyncClient, method: str, url: str, options: Mapping[str, Any]) -> bytes:
    body = b""
    async with http.stream(method, url, headers={"accept": "application/json"}, **options) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                raise OidcError("the provider's answer is too long")
    return body
