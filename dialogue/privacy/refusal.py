"""What must not be said on this line: card numbers, codes, My Number. Who says one, or is about to, is told so."""

from __future__ import annotations

import re
from typing import Final

from dialogue.normalize import normalize
from dialogue.privacy.folding import fold
from dialogue.privacy.kinds import PersonalKind, PersonalSpan
from dialogue.privacy.letters import passwords
from dialogue.privacy.numbers import personal_numbers

_SENTENCES: Final = {
    PersonalKind.CARD: "恐れ入りますが、安全のため、お電話ではカード番号をお伺いしておりません。"
    "番号をお話しになった場合も、記録には残しておりません。",
    PersonalKind.CARD_CODE: "恐れ入りますが、安全のため、お電話ではセキュリティコードをお伺いしておりません。"
    "番号をお話しになった場合も、記録には残しておりません。",
    PersonalKind.PIN: "恐れ入りますが、安全のため、お電話では暗証番号やパスワードをお伺いしておりません。"
    "お話しになった場合も、記録には残しておりません。",
    PersonalKind.MY_NUMBER: "恐れ入りますが、お電話ではマイナンバーをお伺いしておりません。"
    "番号をお話しになった場合も、記録には残しておりません。",
}
REFUSALS: Final = tuple(_SENTENCES.values())
"""Every sentence of a refusal, for a voice to prepare."""

_CARD: Final = (
    "(?:クレジットカード|クレカ|デビットカード|(?<![a-zァ-ヴー一-鿿])カード)"
    "(?:(?:の|裏の)?番号|[^。電]{0,16}?(?<![一-鿿])番号)"
)
_OFFERED: Final = (
    (PersonalKind.CARD_CODE, "セキュリティー?コード|カードの裏の(?:番号|3桁|三桁)"),
    (PersonalKind.CARD, _CARD),
    (PersonalKind.PIN, "暗証番号|パスワード|パスコード"),
    (PersonalKind.MY_NUMBER, "マイナンバー(?!カード)(?:の番号)?|個人番号"),
)
_FINE: Final = "(?:も)?(?:いい|よろしい|よい|大丈夫|構|かまい|平気)"
_TELLING: Final = (
    rf"(?:言(?:います|いましょう|いたい|う(?:ね|よ|から|ので|け|$|[。、])|えば|った(?:ら|ほう|方)|って{_FINE})"
    rf"|(?:お)?伝え(?:し)?(?:ます|ましょう|たい|すれば|れば|たら|た(?:ほう|方)|て{_FINE}|る(?:ね|よ|から|ので|$|[。、]))|お伝えして"
    rf"|読み(?:上げ)?(?:ます|ましょう|れば|たい|たら|て{_FINE}|る(?:ね|よ|から|ので|$|[。、]))|申し(?:上げ)?(?:ます(?!か)|ましょう|れば|て{_FINE})"
    rf"|(?:お)?教え(?:します|ましょう|れば|た(?:ほう|方)|て{_FINE}|ます(?:ね|よ|から|ので|$|[。、])|る(?:ね|よ|から|ので|$|[。、]))"
    rf"|(?:お)?話し(?:します|ましょう|すれば|て{_FINE})|話せば)"
)
_OFFERS: Final = tuple(
    (kind, re.compile(f"(?:{name})(?:を|は|って|も)?、?[^。、]{{0,10}}?{_TELLING}")) for kind, name in _OFFERED
)
# Asked for by others: that is a matter of its own.
_BY_OTHERS: Final = re.compile(
    r"メール|sms|ショートメッセージ|サイト|詐欺|相手|知らない|業者|店員|お店で|ショップで|言われ|聞かれ|電話がかかっ|電話が来|しまい|しまった|ちゃった|ちゃい"
)


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


def offers_secret(text: str) -> PersonalKind | None:
    """The kind of secret that the caller is about to tell, or asks whether to tell; None when there is none.

    「カード番号を言います」 does; 「カードの番号が変わった」 and 「暗証番号を忘れた」 do not.
    """
    words = normalize(text)
    if _BY_OTHERS.search(words):
        return None
    return next((kind for kind, pattern in _OFFERS if pattern.search(words)), None)


def refuses(text: str) -> PersonalKind | None:
    """The kind of secret that the caller said, the gravest first, or offers to say; None when there is none.

    Its token counts as the secret, so that a decision replays from what was kept of the turn.
    """
    said = {span.kind for span in secret_spans(text)}
    told = next((kind for kind in _SENTENCES if kind in said or secret_token(kind) in text), None)
    return told or offers_secret(text)


def refusal(kind: PersonalKind) -> str:
    """What is said to a caller who told a secret of that kind. Raises `KeyError` for what is no secret."""
    return _SENTENCES[kind]
