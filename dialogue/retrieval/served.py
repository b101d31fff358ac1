"""One request to a model's server, with a deadline for the whole of it and errors of one type."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import httpx

_MOST_BYTES = 100_000_000


class ServedModelError(RuntimeError):
    """A model's server did not answer in time, or not as agreed. Its text is for the person who runs the system."""


class ServedModel:
    """POSTs JSON below `base_url` and gives back what JSON comes. Blocking; thread-safe.

    The key is read from the environment variable `api_key_env`, if one is named. Redirections are not followed and
    the environment's proxies are not used, so that nothing goes to another address. `deadline_s` is for a request as
    a whole, however slowly the answer trickles in.
    """

    def __init__(self, base_url: str, deadline_s: float, api_key_env: str | None = None) -> None:
        key = os.environ.get(api_key_env, "") if api_key_env else ""
        self._base_url = base_url.rstrip("/")
        self._deadline_s = deadline_s
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=deadline_s,
            follow_redirects=False,
            trust_env=False,
        )

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to one request. Raises `ServedModelError`."""
        url = f"{self._base_url}{path}"
        until = time.monotonic() + self._deadline_s
        try:
            with self._client.stream("POST", url, json=body) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise ServedModelError(f"{url} から HTTP {answer.status_code} が返りました。")
                return json.loads(self._all_of(answer, url, until))
        except httpx.TimeoutException as error:
            raise self._late(url) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServedModelError(f"{url} につながりません。") from error
        except ValueError as error:
            raise ServedModelError(f"{url} の返事を読み取れません。") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _all_of(self, answer: httpx.Response, url: str, until: float) -> bytes:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if time.monotonic() > until:
                raise self._late(url)
            if len(content) > _MOST_BYTES:
                raise ServedModelError(f"{url} の返事が大きすぎます。")
        return bytes(content)

    def _late(self, url: str) -> ServedModelError:
        return ServedModelError(f"{url} から {self._deadline_s:g} 秒以内に返事がありません。")
