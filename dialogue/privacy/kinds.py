"""The kinds of personal data, and a stretch of text that holds one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias


class PersonalKind(StrEnum):
    """What a stretch of text tells of a person."""

    NAME = "name"
    PHONE = "phone"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    EMAIL = "email"
    BIRTH_DATE = "birth_date"
    MY_NUMBER = "my_number"
    CARD = "card"
    CARD_CODE = "card_code"
    ACCOUNT = "account"
    PIN = "pin"
    MEMBER_NO = "member_no"

    @property
    def secret(self) -> bool:
        """Whether it must be kept nowhere, not even masked and restorable (PCI DSS 3.3.1, 番号法 第20条)."""
        return self in _SECRET

    @property
    def label(self) -> str:
        """What it is called in a pseudonym and on a page."""
        return _LABELS[self]


SlotHint: TypeAlias = PersonalKind
"""What the agent has just asked for."""

_SECRET: Final = frozenset({PersonalKind.CARD, PersonalKind.CARD_CODE, PersonalKind.PIN, PersonalKind.MY_NUMBER})
_LABELS: Final = {
    PersonalKind.NAME: "お名前",
    PersonalKind.PHONE: "電話番号",
    PersonalKind.POSTAL_CODE: "郵便番号",
    PersonalKind.ADDRESS: "ご住所",
    PersonalKind.EMAIL: "メールアドレス",
    PersonalKind.BIRTH_DATE: "生年月日",
    PersonalKind.MY_NUMBER: "マイナンバー",
    PersonalKind.CARD: "カード番号",
    PersonalKind.CARD_CODE: "セキュリティコード",
    PersonalKind.ACCOUNT: "口座番号",
    PersonalKind.PIN: "暗証番号",
    PersonalKind.MEMBER_NO: "お客様番号",
}


@dataclass(frozen=True)
class PersonalSpan:
    """`text[start:end]` is personal. `value` is its canonical form: equal values are the same datum."""

    kind: PersonalKind
    start: int
    end: int
    value: str

    def overlaps(self, other: PersonalSpan) -> bool:
        """Whether both share a character."""
        return self.start < other.end and other.start < self.end
