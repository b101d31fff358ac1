"""The model hub, through the session of its own client (proxies, certificates and login are the user's)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from huggingface_hub import hf_hub_url
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import get_session

from voice.models.errors import SourceRefusedError, SourceUnreachableError
from voice.models.manifest import Model, ModelFile
from voice.models.source import Advance

T = TypeVar("T")
PARTIAL_CONTENT = 206
BAD_RANGE = 416


class HubSource:
    """Fetches with one try and a budget in seconds up to the first byte, so that a closed network costs little.

    The client's own download function retries for 20 s and more when there is no network; therefore the bytes
    are streamed here, with its session, its addresses and its headers.
    """

    label = "モデルハブ"

    def __init__(
        self, endpoint: str | None = None, first_byte_s: float = 5.0, stall_s: float = 20.0, token: bool = True
    ) -> None:
        self._endpoint = endpoint
        self._first_byte_s = first_byte_s
        self._stall_s = stall_s
        self._token = token

    def room_needed(self, model: Model) -> int:
        """Nothing: the bytes are streamed straight in."""
        return 0

    def fetch(self, model: Model, file: ModelFile, part: Path, advance: Advance) -> None:
        """Stream the file, asking only for what `part` does not hold yet."""
        if model.hub is None:
            raise SourceRefusedError("このモデルの置き場所がありません")
        url = hf_hub_url(
            model.hub.repo,
            model.hub.names.get(file.name, file.name),
            revision=model.hub.revision,
            endpoint=self._endpoint,
        )
        have = part.stat().st_size if part.exists() else 0
        stream, response = self._open(url, have)
        try:
            if response.status_code == BAD_RANGE:
                raise SourceRefusedError("途中からの取得を断られました")
            if response.status_code >= 400:
                raise SourceRefusedError(f"HTTP {response.status_code}")
            resumed = have if response.status_code == PARTIAL_CONTENT else 0
            with part.open("ab" if resumed else "wb") as target:
                done = resumed
                for chunk in response.iter_bytes():
                    target.write(chunk)
                    done += len(chunk)
                    advance(done)
        except SourceRefusedError:
            raise
        except Exception as error:
            raise SourceUnreachableError(f"途中で切れました（{type(error).__name__}）") from error
        finally:
            stream.__exit__(None, None, None)

    def release(self, model: Model) -> None:
        """Nothing was kept."""

    def _open(self, url: str, have: int) -> tuple[AbstractContextManager[Any], Any]:
        headers = build_hf_headers(token=None if self._token else False)
        if have:
            headers["Range"] = f"bytes={have}-"

        def begin() -> tuple[AbstractContextManager[Any], Any]:
            stream = get_session().stream("GET", url, headers=headers, follow_redirects=True, timeout=self._stall_s)
            return stream, stream.__enter__()

        try:
            return _within(self._first_byte_s, begin, lambda late: late[0].__exit__(None, None, None))
        except TimeoutError as error:
            raise SourceUnreachableError(f"{self._first_byte_s:g} 秒待っても返事がありません") from error
        except Exception as error:
            raise SourceUnreachableError(f"つながりません（{type(error).__name__}）") from error


def _within(seconds: float, work: Callable[[], T], drop: Callable[[T], object]) -> T:
    """Result of `work`, or `TimeoutError`. Name look-up has no timeout of its own, hence the thread."""
    lock = threading.Lock()
    done = threading.Event()
    results: list[T] = []
    errors: list[BaseException] = []
    given_up = False

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            errors.append(error)
        else:
            with lock:
                if given_up:
                    drop(result)
                else:
                    results.append(result)
        done.set()

    threading.Thread(target=run, name="hub-open", daemon=True).start()
    done.wait(seconds)
    with lock:
        if results:
            return results[0]
        given_up = True
    if errors:
        raise errors[0]
    raise TimeoutError
