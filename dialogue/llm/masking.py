"""What the gateway needs of the part that finds and masks personal data."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

T = TypeVar("T")

LONG_CHARS: Final = 400
"""Finding and masking take a few milliseconds in a text of this length, and 100 in a whole call's."""


class Finding(Protocol):
    """Something personal that stands in a text."""

    @property
    def kind(self) -> str:
        """What it is: `phone`, `name`, `card` …"""


class FindsPersonal(Protocol):
    """Looks for personal data."""

    def __call__(self, text: str) -> Sequence[Finding]:
        """Everything personal in `text`."""


class Masker(Protocol):
    """One call's pseudonyms: the same value gets the same pseudonym each time."""

    def mask(self, text: str) -> str:
        """`text` with a pseudonym in place of everything personal."""

    def restore(self, text: str) -> str:
        """The reverse: the values in place of their pseudonyms."""


async def off_loop(work: Callable[[str], T], text: str) -> T:
    """`work` on `text`; of a long text, on a thread, so that calls do not wait for it."""
    return await asyncio.to_thread(work, text) if len(text) > LONG_CHARS else work(text)


def restored(masker: Masker, text: str, is_json: bool) -> str:
    """An answer with the real values. JSON is restored string by string: a server may have escaped the pseudonyms."""
    if not is_json:
        return masker.restore(text)
    return json.dumps(_restored(masker, json.loads(text)), ensure_ascii=False)


def _restored(masker: Masker, value: Any) -> Any:
    if isinstance(value, str):
        return masker.restore(value)
    if isinstance(value, list):
        return [_restored(masker, each) for each in value]
    if isinstance(value, dict):
        return {key: _restored(masker, each) for key, each in value.items()}
    return value
