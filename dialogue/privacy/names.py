"""Names of people: what introduces one (名前は, と申します, さん) and what the dictionary knows as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from dialogue.privacy.kinds import PersonalKind, PersonalSpan
from dialogue.privacy.words import Word, Words

_HONORIFICS: Final = frozenset({"さん", "様", "さま", "サマ", "サン", "氏", "くん", "君", "ちゃん"})
_NAME: Final = "[一-鿿々〆ヶァ-ヺーぁ-ゖA-Za-zＡ-Ｚａ-ｚ・]"
_TITLE: Final = (
    r"(?:お?名前|おなまえ|ご?氏名|ご?名義人?|(?:ご?契約者|名義人|利用者|申込者?|使用者)(?:の名前|名)?"
    r"|名字|苗字|姓|フルネーム|担当者?|カナ|フリガナ|ふりがな)"
)
_TITLED: Final = re.compile(
    rf"{_TITLE}(?:は|が|、|,|：|:|の)\s*(?P<name>{_NAME}{{1,8}}?(?:[\s　]{_NAME}{{1,8}}?)?)"
    r"(?=です(?!か)|と申|ともうし|といい|と言い|でござ|になります|さん|様|。|、|$)"
)
_CALLED: Final = re.compile(
    rf"(?P<name>{_NAME}{{1,8}}(?:[\s　]{_NAME}{{1,8}})?)"
    r"と(?:申します|もうします|申す者|言う者|いう者|いうもの|申しまして)"
)
_SAID_CALLED: Final = re.compile(rf"(?P<name>{_NAME}{{1,8}}(?:[\s　]{_NAME}{{1,8}})?)と(?:いいます|言います)(?!と|か)")
_BEFORE_NAME: Final = re.compile(
    r"^(?:(?:わたくし|わたし|私|僕|ぼく|俺|自分|あたし|うち|はい|ええ|えーっと|えーと|えっと|えー|あのー|あの"
    r"|お世話になっております|お世話になります|もしもし|すみません|名前|なまえ|担当|本人|契約者|名義)"
    r"(?:は|が|、|の|の名前は|で)?)+"
)
_LAST_PARTICLE: Final = re.compile(r"^.*[一-鿿ァ-ヺー](?:の|は|が|、)(?=[一-鿿ァ-ヺ])")
_NOT_NAMES: Final = frozenset({
    "何", "誰", "だれ", "どなた", "なん", "なに", "どう", "いい", "本人", "妻", "夫", "母", "父",
    "家族", "代理", "代理人", "変更", "確認", "登録", "別", "以下", "下記", "同じ", "違い", "以上", "者",
    "方", "件", "こと", "こちら", "そちら", "ここ", "そこ", "上記", "匿名", "会社", "法人", "個人", "担当",
    "私", "皆", "皆さん", "お客", "客", "神", "王", "主", "お父", "お母", "おじ", "おば", "お兄",
    "お姉", "父母", "親", "娘", "息子", "子", "奥", "旦那", "店員", "お巡り", "看護師", "先生", "運転手",
    "業者", "あれ", "これ", "それ", "みな", "みんな", "たく", "お疲れ", "ご苦労", "お世話", "お医者", "大家",
})  # fmt: skip
_RELATIONS: Final = frozenset({"本人", "妻", "夫", "母", "父", "家族", "代理", "担当", "宅", "名義", "方", "家"})
_ENDS_NO_NAME: Final = re.compile(
    r"(?:です|ます|ない|たい|した|って|ください|ません|ですか|のか|ので|から|けど|だと|こと|もの|よう)$"
)
_BOUNDARIES: Final = frozenset("、。,. 　")
_SELF: Final = frozenset({"私", "わたくし", "わたし", "僕", "名前", "担当"})
_LONGEST_GIVEN: Final = 3
_LONGEST_NAME: Final = 6


class NameFinder:
    """Finds names. `allowed` are words that are no person's name here (the company's, its plans')."""

    def __init__(self, words: Words, allowed: frozenset[str] = frozenset()) -> None:
        self._words = words
        self._allowed = allowed

    def find(self, text: str, words: Sequence[Word]) -> Iterator[PersonalSpan]:
        """The names in `text`, whose words are `words`; honorifics stay outside. May overlap."""
        yield from self._introduced(text)
        yield from self._known(text, words)

    def whole(self, text: str, words: Sequence[Word]) -> bool:
        """Whether `text`, said when a name was asked for, can be one: no sentence, no refusal."""
        if not text or len(text) > 16 or text in _NOT_NAMES or _ENDS_NO_NAME.search(text) or not self._free(text):
            return False
        if not re.fullmatch(rf"{_NAME}+(?:[\s　、]{_NAME}+)?", text):
            return False
        if all("ぁ" <= sign <= "ゖ" or sign == "ー" for sign in text):
            return len(text) >= 2
        return all(word.noun or word.pos[0] in ("空白", "補助記号", "記号") or len(word.surface) <= 2 for word in words)

    def _introduced(self, text: str) -> Iterator[PersonalSpan]:
        for pattern, strict in ((_TITLED, True), (_CALLED, False), (_SAID_CALLED, True)):
            for match in pattern.finditer(text):
                start, name = self._trimmed(match.start("name"), match["name"])
                if name and self._may_be(name, strict):
                    yield _span(text, start, start + len(name))

    def _trimmed(self, start: int, name: str) -> tuple[int, str]:
        """Without what stands before the name in the same breath (私、, みなと商事の)."""
        for lead in (_BEFORE_NAME, _LAST_PARTICLE):
            match = lead.match(name)
            if match and match.end() < len(name):
                start, name = start + match.end(), name[match.end() :]
        return start, name

    def _may_be(self, name: str, strict: bool) -> bool:
        if name in _NOT_NAMES or _ENDS_NO_NAME.search(name) or not self._free(name):
            return False
        if len(name) == 1:
            return self._words.may_be_surname(name)
        words = self._words.of(name)
        if any(word.person for word in words) or self._words.may_be_surname(words[0].surface):
            return True
        if not strict and _is_kanji(name) and len(name) <= _LONGEST_NAME:
            return True
        kanji = any("一" <= sign <= "鿿" for sign in name)
        if not kanji:
            return not strict or not any(word.pos[0] in ("動詞", "形容詞", "副詞", "代名詞") for word in words)
        if strict:
            return all(word.noun and "サ変可能" not in word.pos and not word.number for word in words) and (
                not any(word.pos[1] == "普通名詞" and len(word.surface) > 1 for word in words)
            )
        return all(word.noun for word in words)

    def _known(self, text: str, words: Sequence[Word]) -> Iterator[PersonalSpan]:
        at = 0
        while at < len(words):
            last = self._name_from(words, at)
            if last == at:
                at += 1
                continue
            name = text[words[at].start : words[last - 1].end]
            if self._free(name) and self._counts(words, at, last):
                yield _span(text, words[at].start, words[last - 1].end)
            at = last

    def _name_from(self, words: Sequence[Word], at: int) -> int:
        """One past the last word of a name that may begin at `at`; `at` itself where none begins."""
        word = words[at]
        if word.place and self._words.may_be_surname(word.surface):
            last = self._with_unknown_given(words, at + 1)
            return last if last > at + 1 or _introduces(words, at) else at
        if not word.person:
            after = words[at + 1].surface if at + 1 < len(words) else ""
            lone = after in _HONORIFICS and word.noun and len(word.surface) <= 3 and word.surface not in _NOT_NAMES
            return at + 1 if lone and self._words.may_be_surname(word.surface) else at
        last = at + 1
        while last < len(words) and words[last].person:
            last += 1
        if last + 1 < len(words) and words[last].surface in (" ", "　") and words[last + 1].person:
            return last + 2
        return self._with_unknown_given(words, last) if word.surname else last

    def _with_unknown_given(self, words: Sequence[Word], last: int) -> int:
        """佐藤 and then 美 咲希 in pieces: taken in when と申します, さん or です follows."""
        given = last
        length = 0
        while given < len(words) and words[given].surface not in _HONORIFICS | _RELATIONS:
            word = words[given]
            length += len(word.surface)
            if not _is_kanji(word.surface):
                break
            if length > _LONGEST_GIVEN or (len(word.surface) > 1 and not word.person):
                return last
            given += 1
        return given if given < len(words) and _follows_name(words, given) else last

    def _counts(self, words: Sequence[Word], first: int, last: int) -> bool:
        """Whether what stands around it makes a person of it."""
        if words[first].surname and words[first + 1 : last] and words[last - 1].person:
            return True
        if last < len(words) and words[last].surface in _HONORIFICS:
            return True
        if not _begins_clause(words, first):
            return False
        return last == len(words) or _follows_name(words, last)

    def _free(self, name: str) -> bool:
        return not any(name == term or (len(name) > 1 and name in term) for term in self._allowed)


def _introduces(words: Sequence[Word], at: int) -> bool:
    """Whether the caller goes on to a matter: 松本ですけど. 松本です alone may be where they live."""
    after = "".join(word.surface for word in words[at + 1 : at + 4])
    return re.match(r"(?:ですけど|ですが|ですけれど|でございます|と申|ともうし|さん|様)", after) is not None


def _follows_name(words: Sequence[Word], at: int) -> bool:
    after = "".join(word.surface for word in words[at : at + 3])
    return bool(re.match(r"(?:です(?!か)|と申|ともう|といい|と言い|でござ|だけど|ですけど|さん|様)", after))


def _begins_clause(words: Sequence[Word], at: int) -> bool:
    if at == 0 or words[at - 1].surface in _BOUNDARIES or words[at - 1].pos[0] in ("補助記号", "感動詞", "空白"):
        return True
    before = words[at - 1].surface
    return before in _SELF or (before in ("は", "の", "が") and at > 1 and words[at - 2].noun)


def _is_kanji(text: str) -> bool:
    return all("一" <= sign <= "鿿" or sign in "々〆" for sign in text)


def _span(text: str, start: int, end: int) -> PersonalSpan:
    return PersonalSpan(PersonalKind.NAME, start, end, re.sub(r"[\s　、]", "", text[start:end]))
