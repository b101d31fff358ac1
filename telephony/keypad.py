"""What the caller presses: digits are gathered until `#`, until a gap, or at once for a first 0."""

from __future__ import annotations

from typing import Final

OPERATOR_KEY: Final = "0"
END_KEY: Final = "#"


class Keypad:
    """Gathers digits. `press` gives them back once they are a turn; `flush` when a gap says that they are."""

    def __init__(self) -> None:
        self._digits = ""

    def press(self, digit: str) -> str | None:
        """Take one key; all keys of the turn if this one completes it, else None."""
        if digit == END_KEY or (digit == OPERATOR_KEY and not self._digits):
            return self.flush() or digit
        self._digits += digit
        return None

    def flush(self) -> str:
        """What was gathered; nothing is kept."""
        digits, self._digits = self._digits, ""
        return digits
