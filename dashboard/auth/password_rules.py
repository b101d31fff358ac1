"""Which passwords are refused: short ones, the login, and those that are tried first."""

from __future__ import annotations

import re
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
    p@ssw0rd p@ssword pass passw0rd passwd password princess q1w2e3r4t5y6 qazwsx qazwsxedc qwer qwert qwerty qwertyui
    qwertyuiop root sakura secret shadow soumu sunshine superman supervisor system taro temp test tokyo trustno user
    uketsuke welcome yamada zaq1xsw2cde3 zxcv zxcvbn zxcvbnm パスワード コールセンター 管理者 受付
"""
_COMMON: Final = frozenset(_WORDS.split())
_ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")


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
    """A word that is tried first, alone or repeated, with digits and signs around it; or keys in their order."""
    if any(folded in row or folded in row[::-1] for row in _ROWS):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    words = [each for each in re.split(r"[\W\d_]+", core) if each]
    return not words or folded in _COMMON or all(word in _COMMON or _repeated(word) for word in words)


def _repeated(word: str) -> bool:
    return any(len(word) % len(common) == 0 and common * (len(word) // len(common)) == word for common in _COMMON)
