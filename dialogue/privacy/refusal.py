"""What must not be said on this line: card numbers, codes, My Number. A caller who says one is told so."""

from __future__ import annotations

from typing import Final

from dialogue.privacy.folding import fold
from dialogue.privacy.kinds import PersonalKind, PersonalSpan
from dialogue.privacy.letters import passwords
from dialogue.privacy.numbers import personal_numbers

_SENTENCES: Final = {
    PersonalKind.CARD: "恐れ入りますが、安全のため、お電話ではカード番号をお伺いしておりません。"
    "お話しいただいた番号は、記録に残しておりません。",
    PersonalKind.CARD_CODE: "恐れ入りますが、安全のため、お電話ではセキュリティコードをお伺いしておりません。"
    "お話しいただいた番号は、記録に残しておりません。",
    PersonalKind.PIN: "恐れ入りますが、安全のため、お電話では暗証番号やパスワードをお伺いしておりません。"
    "お話しいただいた内容は、記録に残しておりません。",
    PersonalKind.MY_NUMBER: "恐れ入りますが、お電話ではマイナンバーをお伺いしておりません。"
    "お話しいただいた番号は、記録に残しておりません。",
}
REFUSALS: Final = tuple(_SENTENCES.values())
"""Every sentence of a refusal, for a voice to prepare."""


def secret_token(kind: PersonalKind) -> str:
    """What stands for a secret: it tells its kind and nothing else."""
    return f"〈{kind.label}〉"


def secret_spans(text: str) -> tuple[PersonalSpan, ...]:
    """The secrets in `text`, in order and without overlap; by patterns and check digits alone, so quickly."""
    numbers = [span for span in personal_numbers(fold(text)) if span.kind.secret]
    found: list[PersonalSpan] = []
    # パスワードはabc123 holds a number, 暗証番号は714二 a password's beginning: the longer is the whole of it.
    for span in sorted([*numbers, *passwords(text)], key=lambda span: span.start - span.end):
        if not any(span.overlaps(other) for other in found):
            found.append(span)
    return tuple(sorted(found, key=lambda span: span.start))


def refuses(text: str) -> PersonalKind | None:
    """The kind of secret that the caller said, the gravest first; None when there is none.

    Its token counts as the secret, so that a decision replays from what was kept of the turn.
    """
    said = {span.kind for span in secret_spans(text)}
    return next((kind for kind in _SENTENCES if kind in said or secret_token(kind) in text), None)


def refusal(kind: PersonalKind) -> str:
    """What is said to a caller who told a secret of that kind. Raises `KeyError` for what is no secret."""
    return _SENTENCES[kind]
