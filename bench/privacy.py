"""`python -m bench.privacy`: how much personal data is found in sentences, and how much is found that is none.

There is no public Japanese set for this, so the sentences are made here: names and addresses from public lists (every
second row; the rules were written with the others in view) put into carrier sentences, and telephone, card and My
Numbers, postal codes, dates and mail addresses drawn at random, each as typed and in four spoken spellings. The
carriers are those that the rules know. Recall is of whole values; a value found under another kind counts as covered,
not as found. What is found in texts about nobody (the sample company's FAQ, read sentences, small talk) is a false
alarm, except names that really are in the small talk.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.report import Report
from dialogue.faq.files import read_entries
from dialogue.privacy.checksums import is_card, is_my_number
from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.kinds import PersonalKind

CASES: Final = 400
MEASURED_HALF: Final = 1
_NAME_CARRIERS: Final = (
    "{}と申します",
    "{}です",
    "お世話になっております、{}です",
    "名前は{}です",
    "{}さんをお願いします",
    "契約者は{}になります",
    "{}ですけど、料金について教えてください",
    "担当の{}様はいらっしゃいますか",
    "私、{}と申しますが、解約したいんです",
)
_ADDRESS_CARRIERS: Final = (
    "住所は{}です", "{}に引っ越しました", "{}です", "届け先は{}でお願いします", "{}で光回線は使えますか",
)  # fmt: skip
_NUMBER_CARRIERS: Final = {
    PersonalKind.PHONE: ("電話番号は{}です", "{}です", "{}に折り返してください", "携帯が{}なんですけど"),
    PersonalKind.CARD: ("カード番号は{}です", "{}です", "{}で払えますか"),
    PersonalKind.MY_NUMBER: ("マイナンバーは{}です", "個人番号が{}です"),
    PersonalKind.CARD_CODE: ("セキュリティコードは{}です", "裏の三桁は{}です"),
    PersonalKind.PIN: ("暗証番号は{}です", "暗証番号、{}で登録しました"),
    PersonalKind.POSTAL_CODE: ("郵便番号は{}です", "郵便番号{}です"),
    PersonalKind.ACCOUNT: ("口座番号は{}です", "普通の{}です"),
    PersonalKind.MEMBER_NO: ("お客様番号は{}です", "契約番号が{}です"),
}
_KANJI: Final = "〇一二三四五六七八九"
_KATAKANA: Final = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_HIRAGANA: Final = ("れい", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_MIXED: Final = ("ゼロ", "1", "二", "さん", "4", "五", "ロク", "7", "八", "きゅー")


class PrivacyDataError(Exception):
    """The lists are not there; the message says what to do, in Japanese."""


@dataclass
class Tally:
    """Of one kind of sentence: how many values there were, how many were found as what they are, how many covered.

    `wrong` is what was found that is not exactly a value of its kind.
    """

    cases: int = 0
    found: int = 0
    covered: int = 0
    wrong: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Values found, of all."""
        return self.found / self.cases

    @property
    def precision(self) -> float:
        """Findings that are right, of all."""
        return self.found / max(1, self.found + self.wrong)

    def add(self, text: str, found: bool, covered: bool, wrong: int) -> None:
        """Count one sentence."""
        self.cases += 1
        self.wrong += wrong
        self.found += found
        self.covered += covered
        if not covered:
            self.missed.append(text)


@dataclass(frozen=True)
class Case:
    """A sentence with one personal value in it; `hint` is what the agent had asked for."""

    group: str
    kind: PersonalKind
    text: str
    value: str
    hint: PersonalKind | None = None


def run_privacy(data: Path | None = None, samples: Path = Path("samples/minato"), half: int = MEASURED_HALF) -> Report:
    """Measure everything. Raises `PrivacyDataError` when the lists are not there."""
    root = data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))
    if not (root / "names_ja").is_dir():
        raise PrivacyDataError(f"{root} に測定用のデータがありません。UKETSUKE_DATA で場所を指定してください。")
    finder = PersonalFinder(_allowed(samples))
    tallies, spent = measured(finder, cases(root, half))
    alarms = {name: false_alarms(finder, texts) for name, texts in quiet_texts(root, samples, half).items()}
    figures = {f"{group}_recall": round(tally.recall, 4) for group, tally in tallies.items()}
    figures |= {f"{group}_precision": round(tally.precision, 4) for group, tally in tallies.items()}
    figures |= {f"{group}_covered": round(tally.covered / tally.cases, 4) for group, tally in tallies.items()}
    figures |= {f"alarms_{name}": round(sum(found.values()) / count, 4) for name, (count, found) in alarms.items()}
    figures["ms_a_sentence"] = round(spent * 1000, 3)
    rows = [
        (g, str(t.cases), f"{t.recall:.1%}", f"{t.precision:.1%}", f"{t.covered / t.cases:.1%}")
        for g, t in tallies.items()
    ]
    notes = [
        f"{name}: {count} 文のうち {sum(found.values())} か所（{_counted(found)}）"
        for name, (count, found) in alarms.items()
    ]
    return Report("privacy", figures, notes, ("文の種類", "文", "再現率", "適合率", "隠れた割合"), rows)


def measured(finder: PersonalFinder, sentences: Iterable[Case]) -> tuple[dict[str, Tally], float]:
    """How the cases went, by group, and the mean seconds a sentence."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    spent, count = 0.0, 0
    for case in sentences:
        began = perf_counter()
        spans = finder.find(case.text, case.hint)
        spent, count = spent + perf_counter() - began, count + 1
        start = case.text.index(case.value)
        end = start + len(case.value)
        covered = {at for span in spans for at in range(span.start, span.end)} >= set(range(start, end))
        exact = any(span.kind is case.kind and (span.start, span.end) == (start, end) for span in spans)
        tallies[case.group].add(case.text, exact, covered, len(spans) - exact)
    return dict(tallies), spent / max(1, count)


def false_alarms(finder: PersonalFinder, texts: Sequence[str]) -> tuple[int, Counter[str]]:
    """How many texts there were, and what was found in them, by kind."""
    return len(texts), Counter(span.kind.value for text in texts for span in finder.find(text))


def cases(root: Path, half: int) -> Iterator[Case]:
    """All sentences with a value, from the rows of one half of each list."""
    rng = random.Random(4 + half)
    surnames, givens = _names(root, half)
    for index in range(CASES):
        surname, given = rng.choice(surnames), rng.choice(givens)
        carrier = _NAME_CARRIERS[index % len(_NAME_CARRIERS)]
        yield Case("surname", PersonalKind.NAME, carrier.format(surname[0]), surname[0])
        yield Case("full_name", PersonalKind.NAME, carrier.format(surname[0] + given[0]), surname[0] + given[0])
        asked = surname[1] + given[1]
        yield Case("full_name_kana_asked", PersonalKind.NAME, f"{asked}です", asked, PersonalKind.NAME)
        yield Case("surname_asked", PersonalKind.NAME, f"はい、{surname[0]}です", surname[0], PersonalKind.NAME)
    for index, address in enumerate(rng.sample(_addresses(root, half), 500)):
        yield Case("address", PersonalKind.ADDRESS, _ADDRESS_CARRIERS[index % 5].format(address), address)
        yield Case("address_asked", PersonalKind.ADDRESS, f"{address}です", address, PersonalKind.ADDRESS)
    yield from _number_cases(rng)
    for index in range(CASES):
        user = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=rng.randint(4, 10)))
        typed = f"{user}@{rng.choice(['example.com', 'mail.example.co.jp', 'example.ne.jp'])}"
        yield Case("email_typed", PersonalKind.EMAIL, ("メールは{}です", "{}に送って")[index % 2].format(typed), typed)
        said = typed.replace("@", "アットマーク").replace(".", "ドット")
        yield Case("email_spoken", PersonalKind.EMAIL, ("メールは{}です", "{}です")[index % 2].format(said), said)
        year, month, day = rng.randint(1930, 2010), rng.randint(1, 12), rng.randint(1, 28)
        date = f"{year}年{month}月{day}日"
        carrier = ("生年月日は{}です", "{}生まれです", "誕生日が{}です")[index % 3]
        yield Case("birth_date", PersonalKind.BIRTH_DATE, carrier.format(date), date)


def _number_cases(rng: random.Random) -> Iterator[Case]:
    makers: dict[PersonalKind, Callable[[random.Random], tuple[str, ...]]] = {
        PersonalKind.PHONE: _phone,
        PersonalKind.CARD: _card,
        PersonalKind.MY_NUMBER: _my_number,
        PersonalKind.CARD_CODE: lambda rng: (_digits(rng, 3),),
        PersonalKind.PIN: lambda rng: (_digits(rng, 4),),
        PersonalKind.POSTAL_CODE: lambda rng: (_digits(rng, 3), _digits(rng, 4)),
        PersonalKind.ACCOUNT: lambda rng: (_digits(rng, 7),),
        PersonalKind.MEMBER_NO: lambda rng: (_digits(rng, 8),),
    }
    for kind, make in makers.items():
        for index in range(CASES):
            groups = make(rng)
            carrier = _NUMBER_CARRIERS[kind][index % len(_NUMBER_CARRIERS[kind])]
            typed = ("-", " ", "")[index % 3].join(groups)
            yield Case(f"{kind.value}_typed", kind, carrier.format(typed), typed)
            spoken = _spoken(groups, index)
            yield Case(f"{kind.value}_spoken", kind, carrier.format(spoken), spoken)


def _spoken(groups: Sequence[str], index: int) -> str:
    words = (_KANJI, _KATAKANA, _HIRAGANA, _MIXED)[index % 4]
    joint = ("の", "、", "", "ハイフン", " ")[index % 5]
    return joint.join("".join(words[int(digit)] for digit in group) for group in groups)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def _phone(rng: random.Random) -> tuple[str, ...]:
    if rng.random() < 0.5:
        return rng.choice(["070", "080", "090"]), str(rng.randint(1000, 9999)), _digits(rng, 4)
    area = rng.choice([("03", 4), ("06", 4), ("045", 3), ("0465", 2)])
    return area[0], str(rng.randint(2 * 10 ** (area[1] - 1), 10 ** area[1] - 1)), _digits(rng, 4)


def _card(rng: random.Random) -> tuple[str, ...]:
    head = rng.choice("45") + _digits(rng, 14)
    whole = next(head + last for last in "0123456789" if is_card(head + last))
    return whole[:4], whole[4:8], whole[8:12], whole[12:]


def _my_number(rng: random.Random) -> tuple[str, ...]:
    head = str(rng.randint(1, 9)) + _digits(rng, 10)
    whole = next(head + last for last in "0123456789" if is_my_number(head + last))
    return whole[:4], whole[4:8], whole[8:]


def _names(root: Path, half: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    folder = root / "names_ja" / "dataset"
    surnames = [(row[0], row[2]) for row in _csv(folder / "last_name_org.csv") if len(row) > 2]
    givens = [
        (written, row[0])
        for sex in ("man", "woman")
        for row in _csv(folder / f"first_name_{sex}_opti.csv")
        for written in row[2:4]
        if written
    ]
    return surnames[half::2], givens[half::2]


def _addresses(root: Path, half: int) -> list[str]:
    rows = _csv(root / "addresses_geolonia" / "addresses.csv")[1:]
    return [row[0] for row in rows if any(sign.isdigit() for sign in row[0])][half::2]


def _csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def quiet_texts(root: Path, samples: Path, half: int) -> dict[str, list[str]]:
    """Texts that tell of nobody (the small talk: of nobody by name, mostly)."""
    entries = read_entries(samples / "faq.yaml")
    with (root / "speech_common_voice_ja" / "manifest.tsv").open(encoding="utf-8") as file:
        read = [row["sentence"] for row in csv.DictReader(file, delimiter="\t") if row["split"] == "train"]
    with gzip.open(root / "chat_realpersonachat" / "sample.jsonl.gz", "rt", encoding="utf-8") as file:
        chat = [said for line in file for said in json.loads(line)]
    return {
        "faq": [text for entry in entries for text in (entry.title, *entry.questions, entry.spoken, entry.long)],
        "read": read[half::2],
        "chat": chat[half::2],
    }


def _allowed(samples: Path) -> list[str]:
    terms = [term.surface for entry in read_entries(samples / "faq.yaml") for term in entry.vocabulary]
    return [*terms, "みなと通信", "03-0000-3710"]


def _counted(found: Counter[str]) -> str:
    return "、".join(f"{kind} {count}" for kind, count in found.most_common()) or "なし"


if __name__ == "__main__":
    run_privacy().print()
