"""Logs as data, one JSON object a line when not on a terminal. Never a caller's words or numbers in the message."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any, Final

import structlog

from dialogue.privacy.folding import fold
from dialogue.privacy.kinds import PersonalKind
from dialogue.privacy.letters import emails
from dialogue.privacy.numbers import personal_numbers

OWN_KEYS: Final = frozenset({"timestamp", "level", "call_id"})
_MASKED: Final = frozenset(
    {
        PersonalKind.PHONE,
        PersonalKind.CARD,
        PersonalKind.CARD_CODE,
        PersonalKind.PIN,
        PersonalKind.MY_NUMBER,
        PersonalKind.ACCOUNT,
        PersonalKind.EMAIL,
    }
)


def configure_logs(level: int = logging.INFO) -> None:
    """Set up structlog and route the libraries' own logs through it."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, mask_values, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for chatty in ("bm25s", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskingFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def mask_values(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A structlog processor: telephone and card numbers, codes and mail addresses leave every value."""
    return {key: value if key in OWN_KEYS else _masked(value) for key, value in event.items()}


def mask_line(text: str) -> str:
    """`text` with a token for each number or mail address that is somebody's own."""
    found = [span for span in (*personal_numbers(fold(text)), *emails(text)) if span.kind in _MASKED]
    parts: list[str] = []
    at = 0
    for span in sorted(found, key=lambda span: span.start):
        if span.start >= at:
            parts += [text[at : span.start], f"〈{span.kind.label}〉"]
            at = span.end
    return "".join([*parts, text[at:]])


class MaskingFormatter(logging.Formatter):
    """Formats a record of the standard library's logging, tracebacks included, and masks it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is printed."""
        return mask_line(super().format(record))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_line(value)
    if isinstance(value, Mapping):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value
