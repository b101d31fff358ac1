"""`uketsuke bench itn`: how often spoken values are written as they should be, by class.

NeMo's Japanese inverse tests (spoken~written) are compared letter by letter, in NeMo's convention (`values.NEMO`).
Telephone numbers and money have no inverse tests there: its reading tests are turned round, and since one reading has
several spellings (¥100, 100円), values are compared instead of letters. WeTextProcessing's cases follow another
convention (`100万1111`, no thousands separators) and are counted apart, after separators are taken out.
The lists are every second line of the originals; rules were written with these lines in view, so these figures are of
the development set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.report import Report
from voice.itn.normaliser import TextNormaliser
from voice.itn.values import NEMO, ValueKind
from voice.turn.heard_text import HeardTextReader

_NEMO: Final = "itn_nemo_ja"
_WETEXT: Final = "itn_wetext_ja"
_BY_VALUE: Final = {"money": ValueKind.MONEY, "telephone": ValueKind.TELEPHONE}
_TIMED: Final = (
    "えっと、十一月二十五日の午後三時半に二名で予約したいんですけど",
    "あの、料金のことでお聞きしたいんですが",
    "電話番号は090の1234の5678です",
)


class ItnDataError(Exception):
    """The test sets are not there; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class _Score:
    """Cases of one class and how many came out right."""

    name: str
    right: int
    cases: int

    @property
    def share(self) -> float:
        return self.right / max(1, self.cases)


def run_itn(data: Path | None = None) -> Report:
    """Measure every class. `data` is the folder above the sets, `UKETSUKE_DATA` or `../shared/data` without it.

    Raises `ItnDataError` when they are not there.
    """
    root = data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))
    scores = [*_nemo(root / _NEMO), *_wetext(root / _WETEXT)]
    figures = {f"itn_{score.name}": round(score.share, 4) for score in scores}
    figures["itn_ms_per_utterance"] = round(_milliseconds(), 3)
    notes = [
        "NeMo は文字列の完全一致（NeMo の書式）。money と telephone は読み上げ用の例を逆向きにして値で比べる。",
        "WeTextProcessing は書式が異なるため、桁区切りを除いて別に数える。",
        "公開テストの半分（開発に使った行）での値。時間は言いよどみと言い直しを含めた一発話あたり。",
    ]
    rows = [(score.name, f"{score.right}/{score.cases}", f"{score.share:.1%}") for score in scores]
    return Report("itn", figures, notes=notes, columns=("種類", "一致", "率"), rows=rows)


def _nemo(folder: Path) -> Iterator[_Score]:
    reader = TextNormaliser(NEMO)
    for path in _files(folder / "data_inverse_text_normalization"):
        name = path.stem.removeprefix("test_cases_")
        yield _count(f"nemo_{name}", _pairs(path, "~"), lambda said, want: _written(reader, said) == want)
    for name, kind in _BY_VALUE.items():
        path = folder / "data_text_normalization" / f"test_cases_{name}.txt"
        turned = [(said, written) for written, said in _pairs(path, "~")]
        same = _same_digits if kind is ValueKind.TELEPHONE else _same_money
        yield _count(f"nemo_{name}", turned, lambda said, want, same=same: same(reader, said, want))  # type: ignore[misc]


def _wetext(folder: Path) -> Iterator[_Score]:
    reader = TextNormaliser(replace(NEMO, bracketed_weekdays=False, myriads=True))
    tests = folder / "itn" / "japanese" / "test" / "data"
    for name in ("cardinal", "number", "date", "time", "fraction", "money", "measure", "math", "whitelist"):
        pairs = _pairs(tests / f"{name}.txt", "=>")
        yield _count(f"wetext_{name}", pairs, lambda said, want: _bare(_written(reader, said)) == _bare(want))


def _count(name: str, pairs: list[tuple[str, str]], right: Callable[[str, str], bool]) -> _Score:
    return _Score(name, sum(right(said, want) for said, want in pairs), len(pairs))


def _written(reader: TextNormaliser, said: str) -> str:
    return reader.normalise(said).text_display


def _same_digits(reader: TextNormaliser, said: str, want: str) -> bool:
    found = [v.canonical for v in reader.normalise(said).values if v.kind is ValueKind.TELEPHONE]
    return found == [re.sub(r"[^0-9+]", "", want)]


def _same_money(reader: TextNormaliser, said: str, want: str) -> bool:
    """One amount of money, the same as the written form's digits and currency say."""
    found = [v.canonical for v in reader.normalise(said).values if v.kind is ValueKind.MONEY]
    asked = [v.canonical for v in reader.normalise(want).values if v.kind is ValueKind.MONEY]
    return len(found) == 1 and found == asked


def _bare(text: str) -> str:
    return text.replace(",", "").replace("〜", "~")


def _milliseconds() -> float:
    reader = HeardTextReader()
    for text in _TIMED:
        reader.read(text)
    rounds = 100
    start = perf_counter()
    for _ in range(rounds):
        for text in _TIMED:
            reader.read(text)
    return (perf_counter() - start) * 1000 / rounds / len(_TIMED)


def _files(folder: Path) -> list[Path]:
    if not (found := sorted(folder.glob("test_cases_*.txt"))):
        raise ItnDataError(_missing(folder))
    return found


def _pairs(path: Path, mark: str) -> list[tuple[str, str]]:
    if not path.is_file():
        raise ItnDataError(_missing(path))
    lines = [line.partition(mark) for line in path.read_text(encoding="utf-8").splitlines() if mark in line]
    return [(said.strip(), want.strip()) for said, _, want in lines]


def _missing(path: Path) -> str:
    return (
        f"評価データが見つかりません: {path} がありません。NeMo と WeTextProcessing の日本語テストを置いたフォルダを "
        "--data か環境変数 UKETSUKE_DATA で指定してください。"
    )
