"""Nobody's number in the logs."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from uketsuke.logs import MaskingFormatter, configure_logs, mask_line, mask_values


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("no route to 090-1234-5678", "no route to 〈電話番号〉"),
        ("ゼロキューゼロの一二三四の五六七八です", "〈電話番号〉です"),
        ("card 4111 1111 1111 1111 refused", "card 〈カード番号〉 refused"),
        ("mail to taro@example.com failed", "mail to 〈メールアドレス〉 failed"),
        (
            "http://127.0.0.1:8080/calls/01JD0000000000000000000001",
            "http://127.0.0.1:8080/calls/01JD0000000000000000000001",
        ),
        ("2026-11-23 19:10:11 took 1234 ms", "2026-11-23 19:10:11 took 1234 ms"),
        ("sha256 9b74c9897bac770ffc029102a200c5de", "sha256 9b74c9897bac770ffc029102a200c5de"),
    ],
)
def test_a_line_shows_nobodys_number(text: str, masked: str) -> None:
    assert mask_line(text) == masked


def test_every_value_of_an_event_is_masked() -> None:
    event = {"event": "wire_error", "error": "from 09012345678", "more": {"to": ["a@b.example"]}, "count": 3}
    assert mask_values(None, "info", event) == {
        "event": "wire_error",
        "error": "from 〈電話番号〉",
        "more": {"to": ["〈メールアドレス〉"]},
        "count": 3,
    }


def test_a_printed_traceback_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        raise ValueError("bad number 090-1234-5678")
    except ValueError:
        structlog.get_logger("test").exception("failed", number="09012345678")
    finally:
        structlog.reset_defaults()
    printed = capsys.readouterr().err
    assert json.loads(printed)["number"] == "〈電話番号〉"
    assert "5678" not in printed


def test_a_librarys_line_is_masked() -> None:
    record = logging.LogRecord("library", logging.ERROR, "", 0, "call from %s", ("09012345678",), None)
    assert MaskingFormatter("%(message)s").format(record) == "call from 〈電話番号〉"


@given(st.text(max_size=80))
def test_masking_again_changes_nothing(text: str) -> None:
    assert mask_line(mask_line(text)) == mask_line(text)
