"""What the mouth says the ear writes: the same number, date, time and amount come back."""

from datetime import date

import pyopenjtalk
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.itn.normaliser import TextNormaliser
from voice.itn.number_plan import with_hyphens
from voice.itn.values import ValueKind
from voice.tts.reading import prepare_for_reading

READER = TextNormaliser()


def spoken(text: str) -> str:
    """How the mouth says `text`, in katakana."""
    return str(pyopenjtalk.g2p(prepare_for_reading(text), kana=True))


def heard(text: str) -> list[tuple[ValueKind, str]]:
    return [(value.kind, value.canonical) for value in READER.normalise(spoken(text)).values]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**12) | st.integers(0, 10**4))
def test_any_amount_of_yen_comes_back(amount: int) -> None:
    assert heard(f"{amount}円") == [(ValueKind.MONEY, str(amount))]


@settings(max_examples=150, deadline=None)
@given(st.integers(10, 10**12) | st.integers(10, 10**4))
def test_any_integer_comes_back(number: int) -> None:
    said = spoken(f"{number}円").removesuffix("エン")
    values = READER.normalise(said).values
    assert [value.canonical for value in values] == [str(number)]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["03", "06", "090", "080", "070", "050", "0120", "0570", "0800", "045", "0465"]), st.randoms())
def test_any_telephone_number_comes_back(area: str, chance: object) -> None:
    length = 11 if area in {"090", "080", "070", "050", "0800"} else 10
    digits = area + "".join(str(chance.randint(0, 9)) for _ in range(length - len(area)))  # type: ignore[attr-defined]
    assert heard(with_hyphens(digits)) == [(ValueKind.TELEPHONE, digits)]


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_any_date_comes_back(day: date) -> None:
    assert heard(f"{day.year}年{day.month}月{day.day}日") == [(ValueKind.DATE, day.isoformat())]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 11), st.integers(1, 59), st.booleans())
def test_any_time_of_day_comes_back(hour: int, minute: int, afternoon: bool) -> None:
    text = f"午{'後' if afternoon else '前'}{hour}時{minute}分"
    assert heard(text) == [(ValueKind.TIME, f"{hour + 12 * afternoon:02}:{minute:02}")]
