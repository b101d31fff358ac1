"""Builds the mind: the company, what is published, its indexes by audience, one conversation for each call or chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from dialogue.answering import Answering
from dialogue.company import Company, CompanyError, digits_of_number, load_company
from dialogue.escalation.book import RuleBook
from dialogue.escalation.facts import CallerProfile, FactReader
from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience, FaqBook
from dialogue.grounding.check import GroundingChecker
from dialogue.grounding.shorten import FollowUp
from dialogue.grounding.support import SentenceSupport
from dialogue.kana import Reader
from dialogue.kinship import EntryWords, Kinship
from dialogue.knowledge import Knowledge
from dialogue.manager import Conversation, ConversationParts
from dialogue.normalize import normalize
from dialogue.replay import Premises, RecordedComposer, RecordedRouter
from dialogue.retrieval.embedder import Embedder, EmbedderError
from dialogue.retrieval.hotwords import hotwords
from dialogue.retrieval.live import LiveIndex
from dialogue.retrieval.retriever import Retriever
from dialogue.sentences import sentences_of
from dialogue.tools.spec import ToolBox, ToolError, load_tools
from dialogue.wording import Wording
from records.store import Records
from uketsuke.call_models import NewCallModels, without_models
from uketsuke.company_files import book_of, read_faq, read_rules, read_vocabulary, rule_book, rules_of
from uketsuke.documents import Documents, PublishedDocuments
from uketsuke.errors import UserError
from uketsuke.finding import Finding
from uketsuke.mouths import dictionary_of
from uketsuke.places import Places
from uketsuke.settings import RetrievalSettings
from voice.recognition.vocabulary import Term
from voice.tts.dictionary import Pronunciation

Search = Callable[[], list[Candidate]]
RunSearch = Callable[[Search], Awaitable[list[Candidate]]]


@dataclass(frozen=True)
class Published:
    """All that is published, whatever the day and whoever asks."""

    faq: FaqBook
    rules: RuleBook
    documents: Documents | None = None
    """None: those that are in force."""


@dataclass(frozen=True)
class _Snapshot:
    """What goes by on one day."""

    published: Published
    day: date
    knowledge: Mapping[Audience, Knowledge]
    indexes: Mapping[Audience, Retriever]


@dataclass(frozen=True)
class _Folder:
    """What is read from the company's folder at start."""

    documents: Documents
    tools: ToolBox
    reader: Reader


class Minds:
    """The shared part of all conversations. They go by what was published last, from their next turn on."""

    def __init__(self, folder: _Folder, finding: Finding, run: RunSearch, models: NewCallModels) -> None:
        embedder = finding.embedder
        self._folder = folder
        self._documents = folder.documents
        self._published_documents: PublishedDocuments | None = None
        self._finding = finding
        self._run = run
        self._models = models
        self._indexes, self._words = self._reading_anew()
        self._facts = FactReader(folder.reader)
        self._checker = GroundingChecker(folder.reader, SentenceSupport(folder.reader, embedder))
        self._follow_ups = FollowUp(self._checker.facts, self._checker.companions)
        self._records: Records | None = None
        self._snapshot: _Snapshot | None = None

    @classmethod
    async def open(
        cls,
        places: Places,
        records: Records,
        run: RunSearch,
        models: NewCallModels = without_models,
        retrieval: RetrievalSettings = RetrievalSettings(),
    ) -> Minds:
        """From the records; publishes the company's own files where nothing has been published yet."""
        minds = await asyncio.to_thread(cls._of, places, run, models, retrieval)
        minds._records = records
        if await records.faq.latest() == 0:
            entries = await asyncio.to_thread(read_faq, places.company / "faq.yaml")
            content = [entry.model_dump(mode="json", exclude={"version"}) for entry in entries]
            await records.faq.publish(content, "初期設定", "会社のフォルダの faq.yaml")
        if await records.rules.latest() == 0:
            rules = await asyncio.to_thread(read_rules, places.company / "rules.yaml")
            if rules:
                await records.rules.publish(rules, "初期設定", "会社のフォルダの rules.yaml")
        minds._published_documents = PublishedDocuments(records.documents, minds._folder.documents)
        await minds._published_documents.publish_first()
        try:
            await minds.refresh()
        except EmbedderError as error:
            raise UserError(f"{error}\n設定 [retrieval] の接続先をご確認ください。") from error
        return minds

    @classmethod
    async def from_files(
        cls,
        places: Places,
        models: NewCallModels = without_models,
        retrieval: RetrievalSettings = RetrievalSettings(),
    ) -> Minds:
        """From the company's folder alone, without records."""
        minds = await asyncio.to_thread(cls._of, places, asyncio.to_thread, models, retrieval)
        faq = FaqBook(version=1, entries=await asyncio.to_thread(read_faq, places.company / "faq.yaml"))
        rules = rule_book(1, await asyncio.to_thread(read_rules, places.company / "rules.yaml"))
        await minds.take(Published(faq, rules))
        return minds

    @classmethod
    def _of(cls, places: Places, run: RunSearch, models: NewCallModels, retrieval: RetrievalSettings) -> Minds:
        vocabulary = read_vocabulary(places.company / "vocabulary.yaml")
        try:
            documents = Documents(
                load_company(places.company / "company.yaml"),
                vocabulary=vocabulary,
                dictionary=dictionary_of(places.company),
            )
            folder = _Folder(documents, load_tools(places.company / "tools.yaml"), Reader(_readings(vocabulary)))
        except (CompanyError, ToolError) as error:
            raise UserError(str(error)) from error
        return cls(folder, Finding.of(retrieval, places), run, models)

    @property
    def company(self) -> Company:
        """Whose calls these are."""
        return self._documents.company

    @property
    def wording(self) -> Wording:
        """How the agent words what is no approved answer."""
        return self._documents.wording

    @property
    def dictionary(self) -> tuple[Pronunciation, ...]:
        """How the voice is to read the company's words."""
        return self._documents.dictionary

    @property
    def versions(self) -> Mapping[str, int]:
        """The versions of the documents that are live, by kind."""
        return self._documents.versions

    @property
    def reader(self) -> Reader:
        """How the company's words are read."""
        return self._folder.reader

    @property
    def embedder(self) -> Embedder:
        """What likens meanings, with all it remembers."""
        return self._finding.embedder

    @property
    def faq_version(self) -> int:
        """The version of the FAQ that is live."""
        return self._now.published.faq.version

    @property
    def rules_version(self) -> int:
        """The version of the escalation rules that is live."""
        return self._now.published.rules.version

    @property
    def published(self) -> Published:
        """What is live, whatever the audience."""
        return self._now.published

    @property
    def terms(self) -> list[Term]:
        """The words that the recogniser should know: the company's, then those of the FAQ."""
        return [*self._documents.vocabulary, *(Term(*term) for term in hotwords(self.book(Audience.CALLER)))]

    def knowledge(self, audience: Audience = Audience.CALLER) -> Knowledge:
        """What goes by now, for that audience."""
        return self._now.knowledge[audience]

    def book(self, audience: Audience) -> FaqBook:
        """The entries that audience may see today."""
        return self.knowledge(audience).book

    def searcher(self, audience: Audience) -> Retriever:
        """The index over them."""
        return self._now.indexes[audience]

    def new_conversation(
        self,
        caller: CallerProfile = CallerProfile(),
        audience: Audience = Audience.CALLER,
        key: str | None = None,
    ) -> Conversation:
        """The mind of one call or chat; `key` names it for good."""
        models = self._models(key, self._checker)
        parts = ConversationParts(
            knowledge=lambda: self.knowledge(audience),
            run_blocking=self._run,
            now=lambda: datetime.now(UTC),
            router=models.router,
            answering=Answering(self._follow_ups, models.composer),
            facts=self._facts,
            model_ready=models.ready,
            hear=models.hear,
        )
        return Conversation(parts, caller, key)

    def again(self, premises: Premises) -> Conversation:
        """A conversation as it stood before a past turn, with the models' answers of that time."""
        parts = ConversationParts(
            knowledge=self.knowledge,
            run_blocking=self._run,
            now=lambda: premises.moment,
            router=RecordedRouter(premises.model_uses),
            answering=Answering(self._follow_ups, RecordedComposer(premises) if premises.composed else None),
            facts=self._facts,
            model_ready=lambda: premises.circumstances.model_ready,
        )
        return Conversation.again(parts, premises)

    def profile(self, number: str, earlier_calls_h: tuple[float, ...]) -> CallerProfile:
        """Who calls from `number`, which called so many hours ago before."""
        digits = digits_of_number(number)
        return CallerProfile(
            number_known=bool(digits),
            vip=digits in self.company.vip_numbers,
            blocked=digits in self.company.blocked_numbers,
            earlier_calls_h=earlier_calls_h if digits else (),
        )

    async def refresh(self) -> bool:
        """Take up what was published since, or what a new day brings; whether there was anything."""
        records = self._records
        if records is None:
            return False
        snapshot, documents = self._snapshot, self._published_documents
        if documents is not None:
            await documents.refresh()
        newer = documents is not None and documents.current is not self._documents
        faq_version, rules_version = await records.faq.latest(), await records.rules.latest()
        if snapshot is not None and not newer:
            live = snapshot.published
            if (live.faq.version, live.rules.version, snapshot.day) == (faq_version, rules_version, self._today()):
                return False
        faq, rules = await records.faq.current(), await records.rules.current()
        current = documents.current if documents is not None else None
        await self.take(Published(book_of(faq), rules_of(rules), current))
        return True

    async def documents_at(self, versions: Mapping[str, int], records: Records) -> Documents:
        """The documents of another time, as far as the records keep them."""
        return await PublishedDocuments(records.documents, self._documents).at(versions)

    async def take(self, published: Published, day: date | None = None) -> None:
        """Go by `published` from the next turn on, as it holds on `day` (today); running turns end as they began."""
        before, documents_before = self._snapshot, self._documents
        documents = published.documents or documents_before
        same_words = not await asyncio.to_thread(self._read_anew, documents)
        snapshot = _Snapshot(
            published, day or self._today(), *((before.knowledge, before.indexes) if before else ({}, {}))
        )
        try:
            # Callers first: learning an index takes up to a second, and they are on the telephone.
            for audience in (Audience.CALLER, Audience.OPERATOR):
                known = snapshot.indexes.get(audience) if same_words else None
                snapshot = await asyncio.to_thread(self._taken_by, audience, snapshot, documents, known)
                self._snapshot, self._documents = snapshot, documents
        except BaseException:
            self._snapshot, self._documents = before, documents_before
            raise

    def _relearn(self, vocabulary: Sequence[Term]) -> None:
        """The reader knows these words from now on; what it has read of other words is read again.

        Running calls hold on to the live reader, so it learns itself; a mind beside it gets one of its own.
        """
        before, words = set(_readings(self._documents.vocabulary)), _readings(vocabulary)
        if self._records is None:
            self._folder = replace(self._folder, reader=self._folder.reader.knowing(words))
            self._indexes, self._words = self._reading_anew()
            return
        self._folder.reader.learn(words)
        changed = [normalize(surface) for surface, _ in before.symmetric_difference(words)]

        def touched(text: str) -> bool:
            plain = normalize(text)
            return any(surface in plain for surface in changed)

        for audience, index in self._indexes.items():
            index.read_again(touched)
            self._words[audience].read_again(touched)

    def _reading_anew(self) -> tuple[dict[Audience, LiveIndex], dict[Audience, EntryWords]]:
        """Indexes that have read nothing yet: readings that were kept are those of the words of that time."""
        reader, audiences = self._folder.reader, (Audience.CALLER, Audience.OPERATOR)
        indexes = {each: LiveIndex(self._finding.embedder, reader) for each in audiences}
        return indexes, {each: EntryWords(reader) for each in audiences}

    def _read_anew(self, documents: Documents) -> bool:
        """Learn the company's words where they have changed; whether they have."""
        if documents.vocabulary == self._documents.vocabulary:
            return False
        self._relearn(documents.vocabulary)
        return True

    def _taken_by(
        self, audience: Audience, snapshot: _Snapshot, documents: Documents, known: Retriever | None
    ) -> _Snapshot:
        """`snapshot` with what that audience goes by; `known` is used again where its book is the same."""
        reader, published = self._folder.reader, snapshot.published
        book = published.faq.live(snapshot.day, audience)
        index = known if known is not None and known.book == book else self._indexes[audience].publish(book)
        knowledge = Knowledge(
            documents.company,
            book,
            self._finding.searcher(index),
            tools=self._folder.tools if audience is Audience.CALLER else ToolBox(),
            rules=published.rules.sounding(reader).worded(documents.wording.person),
            kinship=Kinship(book, reader, self._words[audience]),
            wording=documents.wording,
            versions=documents.versions,
        )
        return replace(
            snapshot,
            knowledge={**snapshot.knowledge, audience: knowledge},
            indexes={**snapshot.indexes, audience: index},
        )

    def beside(self, published: Published, run: RunSearch) -> Minds:
        """A mind for callers over `published` that takes up nothing later, asks no model and searches by `run`.

        It shares with this one all that is costly: the embedder with its memory, and the entries made ready. Blocking.
        """
        day = self._today()
        book = published.faq.live(day, Audience.CALLER)
        index = self._indexes[Audience.CALLER].beside(book)
        knowledge = replace(
            self.knowledge(Audience.CALLER),
            book=book,
            searcher=self._finding.searcher(index),
            rules=published.rules.sounding(self._folder.reader).worded(self.wording.person),
            kinship=Kinship(book, self._folder.reader),
        )
        other = copy(self)
        other._records, other._models, other._run = None, without_models, run
        other._snapshot = _Snapshot(published, day, {Audience.CALLER: knowledge}, {Audience.CALLER: index})
        return other

    async def frequent_sentences(self) -> list[str]:
        """What is said often, most often first: the opening, the line's words, the prompts, then the answers."""
        wording = self.wording
        said = [*wording.opening(self.company), *wording.line.sentences, *wording.fixed_sentences]
        said += wording.hand_over(self.company, datetime.now(UTC))
        said += [line for rule in self.published.rules.rules for line in rule.say if "{" not in line]
        answers = [sentences_of(entry.spoken) for entry in self.book(Audience.CALLER).entries]
        said += [sentences[0] for sentences in answers]
        said += [sentence for sentences in answers for sentence in sentences[1:]]
        return list(dict.fromkeys(said))

    @property
    def _now(self) -> _Snapshot:
        if self._snapshot is None:
            raise RuntimeError("nothing has been taken up yet")
        return self._snapshot

    def _today(self) -> date:
        return self.company.local(datetime.now(UTC)).date()


def _readings(vocabulary: Iterable[Term]) -> list[tuple[str, str]]:
    return [(term.surface, term.reading) for term in vocabulary if term.reading]
