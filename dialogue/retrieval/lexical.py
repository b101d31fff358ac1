"""The words that carry a question's matter, in their dictionary forms."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.kana import Token

# Words that carry a question's tone, not its matter.
_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "接頭辞", "接尾辞", "副詞", "代名詞"})
_IDLE = frozenset(
    {
        "為る", "居る", "有る", "成る", "仕舞う", "下さる", "貰う", "頂く", "御座る", "出来る", "良い", "事", "物",
        "方", "時", "何", "如何", "どう", "何処", "何れ", "御", "さん", "様", "教える", "知る", "聞く", "言う",
        "御願い", "ちょっと", "願う", "欲しい", "呉れる", "見る", "遣る", "私", "僕", "自分", "思う", "分かる",
        "今", "因る", "其れ", "此れ", "あれ", "らしい", "致す", "行く", "場合", "於く", "所", "よう", "の",
    }
)  # fmt: skip


def content_words(tokens: Sequence[Token]) -> list[str]:
    """Dictionary forms of the words that carry the matter."""
    return [t.normalized for t in tokens if t.pos[0] in _CONTENT and t.normalized not in _IDLE]
