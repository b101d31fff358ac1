"""Which passwords are refused: short ones, the login, and those that are tried first."""

from __future__ import annotations

import unicodedata
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 200
RULES: Final = (
    f"{SHORTEST}文字以上で、ログイン名やよく使われる言葉を避けてください。言葉をいくつか並べると覚えやすくなります。"
)
_FEWEST_CHARACTERS: Final = 5
_WORDS: Final = """
    abc abcd abcdef abcdefgh abcdefghijkl admin administrator asdf asdfgh asdfghjkl callcenter changeme default dragon
    football guest hello iloveyou japan kanri kanrisha letmein login manager master monkey nihon office operator
    pass passwd password princess qazwsx qazwsxedc qwer qwert qwerty qwertyui
    qwertyuiop root sakura secret shadow soumu sunshine superman supervisor system taro temp test tokyo trustno user
    uketsuke welcome yamada zxcv zxcvbn zxcvbnm パスワード コールセンター 管理者 受付
"""
_COMMON: Final = tuple(sorted(_WORDS.split(), key=len, reverse=True))
_FEWEST_OWN_LETTERS: Final = 4
_LOOKS_LIKE: Final = str.maketrans("@0$3!1", "aoseii")
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)


def problem_of(password: str, login: str) -> str | None:
    """Why this password cannot be taken, as a Japanese sentence; None when it can."""
    text = unicodedata.normalize("NFKC", password)
    folded, name = text.lower(), login.strip().lower()
    if len(text) < SHORTEST:
        return f"パスワードは{SHORTEST}文字以上にしてください（いま{len(text)}文字）。"
    if len(text) > LONGEST:
        return f"パスワードは{LONGEST}文字以内にしてください。"
    if folded == name or (len(name) >= 4 and name in folded):
        return "パスワードに、ログイン名を含めないでください。"
    if len(set(folded)) < _FEWEST_CHARACTERS or _is_common(folded):
        return "このパスワードは推測されやすいため、使えません。別の言葉を組み合わせてください。"
    return None


def _is_common(folded: str) -> bool:
    """Words that are tried first and little beside them; keys in their order; or not a single letter."""
    if any(folded in row or folded in row[::-1] for row in _ROWS) or not any(each.isalpha() for each in folded):
        return True
    rest = folded.translate(_LOOKS_LIKE)
    for common in _COMMON:
        rest = rest.replace(common, "")
    own = sum(each.isalpha() for each in rest)
    return len(rest) < len(folded) and own < _FEWEST_OWN_LETTERS
