"""What recognisers write of numbers is written as people write it, and nothing else is touched."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voice.itn.normaliser import TextNormaliser
from voice.itn.values import NEMO, ValueKind
from voice.turn.expectation import Expectation

READER = TextNormaliser()

TELEPHONES = [
    ("090の1234の5678です", "090-1234-5678です", "09012345678"),
    ("ゼロキューゼロのイチニーサンヨンのゴーロクナナハチ", "090-1234-5678", "09012345678"),
    ("ぜろきゅうぜろ、いちにさんし、ごろくしちはち", "090-1234-5678", "09012345678"),
    ("ゼロ三ハイフン一二三四ハイフン五六七八", "03-1234-5678", "0312345678"),
    ("〇六の六三四一の一二三四", "06-6341-1234", "0663411234"),
    ("れい一二れい、一二三、四五六", "0120-123-456", "0120123456"),
    ("0570の012の345です", "0570-012-345です", "0570012345"),
    ("08001234567", "0800-123-4567", "08001234567"),
    ("0465の22の1234", "0465-22-1234", "0465221234"),
    ("04992の2の1234", "04992-2-1234", "0499221234"),
    ("番号は050の1234の5678になります", "番号は050-1234-5678になります", "05012345678"),
]
DATES = [
    ("十一月二十五日", "11月25日", "--11-25"),
    ("じゅういちがつにじゅうごにちにお願いします", "11月25日にお願いします", "--11-25"),
    ("しがつついたち", "4月1日", "--04-01"),
    ("ごがつようかです", "5月8日です", "--05-08"),
    ("にじゅうよっかに", "24日に", "---24"),
    ("令和八年四月一日", "令和8年4月1日", "2026-04-01"),
    ("平成元年の三月", "平成元年の3月", "1989-03"),
    ("昭和五十五年五月五日", "昭和55年5月5日", "1980-05-05"),
    ("二〇二六年十一月二十五日水曜日", "2026年11月25日水曜日", "2026-11-25"),
    ("2026/11/25", "2026/11/25", "2026-11-25"),
]
TIMES = [
    ("午後三時半", "午後3時30分", "15:30"),
    ("十五時三十分", "15時30分", "15:30"),
    ("3時15分前", "3時15分前", "02:45"),
    ("ごごさんじはん", "午後3時30分", "15:30"),
    ("くじにじゅっぷん", "9時20分", "09:20"),
    ("午前零時", "午前0時", "00:00"),
    ("17:05", "17:05", "17:05"),
]
MONEY = [
    ("三千九百八十円", "3,980円", "3980"),
    ("さんぜんきゅうひゃくはちじゅうえん", "3,980円", "3980"),
    ("サンゼンキューヒャクハチジューエン", "3,980円", "3980"),
    ("1万2千円", "12,000円", "12000"),
    ("一億二千万円", "1億2,000万円", "120000000"),
    ("五万円", "5万円", "50000"),
    ("12000円", "12,000円", "12000"),
    ("マイナス五百円", "-500円", "-500"),
]
OTHERS = [
    ("二割引き", "2割引き", ValueKind.PERCENTAGE, "20"),
    ("二割五分", "2割5分", ValueKind.PERCENTAGE, "25"),
    ("八パーセント", "8%", ValueKind.PERCENTAGE, "8"),
    ("三分の一", "3分の1", ValueKind.FRACTION, "1/3"),
    ("三点一四", "3.14", ValueKind.DECIMAL, "3.14"),
    ("第一千万六", "第10,000,006", ValueKind.ORDINAL, "10000006"),
    ("千九百九十年代", "1990年代", ValueKind.NUMBER, "1990"),
    ("二番目の", "2番目の", ValueKind.ORDINAL, "2"),
    ("三十分ほど", "30分ほど", ValueKind.DURATION, "PT30M"),
    ("二時間半", "2時間半", ValueKind.DURATION, "PT2H30M"),
    ("三か月", "3か月", ValueKind.DURATION, "P3M"),
    ("二十ギガ", "20ギガ", ValueKind.MEASURE, "20 GB"),
    ("郵便番号は一〇〇の〇〇〇一", "郵便番号は100-0001", ValueKind.POSTAL_CODE, "1000001"),
    ("いちにーさんよんごーろくななはち", "12345678", ValueKind.DIGITS, "12345678"),
]
IDIOMS = [
    "一番安いプランを一緒に",
    "一応二人で行きます",
    "三日月と五月雨",
    "千葉県八王子市の第三者",
    "万が一一部が",
    "十分です",
    "一般の方",
    "四国電力と三井住友",
    "いつか行きます",
    "それはなのかと",
    "にほんじんです",
    "ありませんえんりょなく",
    "しごとのことです",
    "ごくろうさまです",
    "すみません、くじを引きました",
    "皆さんに聞きました",
    "いっさい認めません",
    "あの年に日本で",
    "ガレージを借りたい",
    "駅にジェイアールで",
    "京都の九条",
]


@pytest.mark.parametrize(("said", "display", "digits"), TELEPHONES)
def test_a_dictated_telephone_number_is_grouped_by_the_number_plan(said: str, display: str, digits: str) -> None:
    written = READER.normalise(said)
    assert (written.text_display, written.values[0].kind, written.values[0].canonical) == (
        display,
        ValueKind.TELEPHONE,
        digits,
    )


@pytest.mark.parametrize(("kind", "said", "display", "canonical"), [
    *((ValueKind.DATE, *case) for case in DATES),
    *((ValueKind.TIME, *case) for case in TIMES),
    *((ValueKind.MONEY, *case) for case in MONEY),
    *((kind, said, display, canonical) for said, display, kind, canonical in OTHERS),
])  # fmt: skip
def test_a_spoken_value_is_written(kind: ValueKind, said: str, display: str, canonical: str) -> None:
    written = READER.normalise(said)
    assert (written.text_display, [(v.kind, v.canonical) for v in written.values]) == (display, [(kind, canonical)])


@pytest.mark.parametrize("said", IDIOMS)
def test_words_that_only_look_like_numbers_stay(said: str) -> None:
    assert READER.normalise(said).text_display == said


@pytest.mark.parametrize(
    ("said", "relative", "resolved"),
    [
        ("明日お願いします", "today+1", "2026-11-26"),
        ("来週の月曜に", "week+1-W1", "2026-11-30"),
        ("来月", "month+1", "2026-12"),
    ],
)
def test_a_relative_day_is_resolved_when_today_is_known(said: str, relative: str, resolved: str) -> None:
    assert READER.normalise(said).values[0].canonical == relative
    assert READER.normalise(said, today=date(2026, 11, 25)).values[0].canonical == resolved


def test_a_date_and_a_time_joined_by_no_are_two_values() -> None:
    assert READER.normalise("十月二十八日の十五時に").text_display == "10月28日の15時に"


def test_short_runs_of_digits_count_when_digits_were_asked_for() -> None:
    assert READER.normalise("いちにーさんよん", Expectation.DIGITS).values[0].canonical == "1234"


def test_the_place_of_a_value_is_where_it_was_said() -> None:
    said = "えー、ﾊｲ、三千円です"
    value = READER.normalise(said).values[0]
    assert said[value.start : value.end] == "三千円"


def test_nemo_style_writes_fractions_weekdays_and_people_its_own_way() -> None:
    nemo = TextNormaliser(NEMO)
    assert nemo.normalise("三月一日水曜日に一人三分の一").text_display == "3月1日(水)に1人1/3"


@given(st.text(max_size=40))
@example("\ue000\ue001円")
@example("１２３，４５６円〜ﾊﾞ")
def test_any_text_is_read_and_values_lie_in_it_in_order(said: str) -> None:
    written = READER.normalise(said)
    places = [place for value in written.values for place in (value.start, value.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(said) for place in places)


@settings(max_examples=200)
@given(st.lists(st.sampled_from([case[0] for case in (*TELEPHONES, *DATES, *TIMES, *MONEY, *OTHERS)]), max_size=3))
def test_written_text_stays_as_it_is(parts: list[str]) -> None:
    once = READER.normalise("と、".join(parts)).text_display
    assert READER.normalise(once).text_display == once
