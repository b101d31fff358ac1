"""Numbers of a Japanese text with what is counted: 二千九百七十円, 2970円 and 2,970円 are one amount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_DIGITS: Final = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SMALL: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10**4, "億": 10**8, "兆": 10**12}
_KANJI: Final = "〇零一二三四五六七八九十百千万億兆"

# Longest first within a line; the first spelling of a line names the unit.
_UNITS: Final = (
    ("GB", "ギガバイト", "ギガ", "gb"),
    ("MB", "メガバイト", "メガ", "mb"),
    ("Mbps", "mbps", "メガビーピーエス"),
    ("Gbps", "gbps", "ギガビーピーエス"),
    ("%", "パーセント", "%"),
    ("か月", *(f"{sign}月{rest}" for sign in "かヶケカヵ箇" for rest in ("間", ""))),
    ("か所", *(f"{sign}所" for sign in "かヶケカヵ箇")),
    ("か国", *(f"{sign}国" for sign in "かヶケカヵ箇")),
    ("年", "年間", "年"),
    ("分", "分間", "分"),
    ("秒", "秒間", "秒"),
    ("歳", "歳", "才"),
    ("人", "名様", "人", "名"),
    *((unit, unit) for unit in (
        "時間", "週間", "日間", "営業日", "年度", "日", "月", "時", "曜", "水曜", "円", "銭", "割引", "割",
        "倍", "ポイント", "親等", "種類", "店舗", "回線", "丁目", "番地", "番", "回", "本", "台", "点", "通",
        "件", "枚", "つ", "個", "桁", "号", "階", "度", "キロ", "文字", "km", "cm", "kg", "口", "社", "校",
        "席", "杯", "冊", "足", "着", "匹", "頭", "部", "室", "泊", "項目", "の国", "機種", "プラン", "コース",
        "世帯", "行", "段階", "級", "代", "両",
    )),
)  # fmt: skip
_UNIT_OF: Final = {spelling: unit for unit, *spellings in _UNITS for spelling in spellings}
_UNIT: Final = "|".join(re.escape(spelling) for spelling in sorted(_UNIT_OF, key=len, reverse=True))
# A kanji numeral counts as a number only before a counter or when it has a place value: 一括, 一覧 and 万一 have none.
_NOT_NUMBERS: Final = (
    "一部",
    "一日中",
    "一度",
    "一番",
    "一人ひとり",
    "一通り",
    "一時",
    "一般",
    "万一",
    "十分に",
    "一本化",
)
_NUMBER: Final = re.compile(
    rf"(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?(?:[千万億兆](?:\d+(?:,\d{{3}})*)?)*)(?P<unit>{_UNIT})?"
    rf"|(?P<kanji>[{_KANJI}]+)(?P<counter>{_UNIT})"
    rf"|(?P<bare>[{_KANJI}]*[十百千万億兆][{_KANJI}]+)"
)
_PHONE: Final = re.compile(r"(?<!\d)0\d{1,4}-\d{1,4}-\d{3,4}(?!\d)|(?<!\d)0\d{9,10}(?!\d)")

_BEFORE: Final = (
    "毎月", "翌月", "翌々月", "前月", "今月", "来月", "先月", "毎週", "毎年", "翌年", "毎日", "月額", "年額", "日額",
    "税込み", "税込", "税抜き", "税抜", "午前", "午後", "約", "およそ", "最大", "最長", "最短", "最低", "最高", "第",
    "過去", "残り", "あと", "のべ", "平均", "初回", "月", "年", "週", "令和", "平成", "昭和", "西暦", "合計", "各",
)  # fmt: skip
_AFTER: Final = (
    "以上", "以下", "以内", "以降", "以前", "以外", "未満", "まで", "から", "ほど", "程度", "ごろ", "頃", "くらい",
    "ぐらい", "につき", "ごと", "毎", "あたり", "当たり", "を過ぎ", "を超え", "超", "前", "後", "先", "目", "ずつ",
    "弱", "強", "引き", "分", "半", "のみ", "だけ", "しか", "より", "越", "内", "中",
)  # fmt: skip
_LIMITS: Final = re.compile(f"(?:{'|'.join(map(re.escape, sorted(_AFTER, key=len, reverse=True)))})+")
_LEADS: Final = re.compile(f"(?:{'|'.join(map(re.escape, sorted(_BEFORE, key=len, reverse=True)))})+(?:の)?$")


@dataclass(frozen=True)
class Number:
    """One number: its value without commas, what is counted ("" where nothing is), and its place in the text.

    `before` and `after` are the words that bound it (約, 月額, 毎月; 以上, まで, につき): a number without them is
    another statement.
    """

    value: str
    unit: str
    start: int
    end: int
    before: str = ""
    after: str = ""

    @property
    def canonical(self) -> str:
        """Value, unit and bounds in one way of writing."""
        return f"{self.before}{self.value}{self.unit}{self.after}"


def numbers_in(text: str) -> tuple[Number, ...]:
    """The numbers of normalised `text` in order, telephone numbers excepted."""
    phones = [match.span() for match in _PHONE.finditer(text)]
    found: list[Number] = []
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if any(a < end and start < b for a, b in phones):
            continue
        if match["digits"] is None and _is_word(text, start):
            continue
        value = _value(match["digits"] or match["kanji"] or match["bare"])
        unit = _UNIT_OF.get(match["unit"] or match["counter"] or "", "")
        lead = _LEADS.search(text[:start])
        limit = _LIMITS.match(text, end)
        before = lead.group() if lead and (not found or lead.start() >= found[-1].end) else ""
        found.append(Number(value, unit, start, end, before, limit.group() if limit else ""))
    return tuple(found)


def phones_in(text: str) -> tuple[tuple[str, int, int], ...]:
    """Telephone numbers of normalised `text`: their digits, and where they stand."""
    return tuple((match.group().replace("-", ""), match.start(), match.end()) for match in _PHONE.finditer(text))


def _is_word(text: str, start: int) -> bool:
    return any(text.startswith(word, start - word.index(text[start])) for word in _NOT_NUMBERS if text[start] in word)


def _value(written: str) -> str:
    plain = written.replace(",", "")
    if all(sign in _DIGITS for sign in plain):
        return str(int("".join(str(_DIGITS[sign]) for sign in plain)))
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        if plain[0] == "0" and len(plain) > 1 and "." not in plain:
            return plain
        return format(Decimal(plain).normalize(), "f")
    total, below, digits = Decimal(0), Decimal(0), ""
    for sign in plain:
        if sign.isascii():
            digits += sign
        elif sign in _DIGITS:
            digits += str(_DIGITS[sign])
        elif sign in _SMALL:
            below += Decimal(digits or 1) * _SMALL[sign]
            digits = ""
        else:
            part = below + Decimal(digits or 0)
            total += (part or 1) * _LARGE[sign]
            below, digits = Decimal(0), ""
    return format((total + below + Decimal(digits or 0)).normalize(), "f")
