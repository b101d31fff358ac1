"""Publishing the FAQ: some changes or all of them, now or later, and going back to how it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from dashboard.auth.audit import Audit
from dashboard.auth.principal import Principal
from dashboard.faq_bench import KIND, BenchState, FaqBench
from dialogue.faq.draft import Draft, FieldProblem, draft_of
from records.documents import StaleVersionError
from records.models import FaqVersion
from records.planned import PlannedPublication, PlannedRepository, StalePlanError
from records.trials import GOLDEN, TrialRun, faq_subject
from records.working import WorkingConflictError, WorkingCopyRepository

NOTHING: Final = "公開する変更がありません。変更してから、もう一度お試しください。"
NO_VERSION: Final = "この版は見つかりません。一覧から選び直してください。"


class FaqVersions(Protocol):
    """What publishes the FAQ; `records.faq` is one."""

    async def publish(
        self, content: Sequence[dict[str, Any]], author: str, note: str = "", expected_version: int | None = None
    ) -> FaqVersion:
        """Make it current. Raises `StaleVersionError`."""
        ...

    async def current(self) -> FaqVersion | None:
        """The newest version."""
        ...

    async def get(self, version: int) -> FaqVersion | None:
        """One version."""
        ...


class Trials(Protocol):
    """Where tests before publishing are kept; `records.trials` is one."""

    async def latest_for(self, kind: str, subject_sha256: str) -> TrialRun | None:
        """The newest finished run of exactly that content."""
        ...


class PublishingRefusedError(RuntimeError):
    """Not published; the message says why and what to do. `is_conflict`: somebody else was first."""

    def __init__(self, sentence: str, *, is_conflict: bool = False) -> None:
        super().__init__(sentence)
        self.is_conflict = is_conflict


class ReasonNeededError(PublishingRefusedError):
    """The newest golden run of exactly this content got worse: publishing it needs a reason."""

    def __init__(self, run: TrialRun) -> None:
        super().__init__(
            f"公開前テストで{run.regressions}件の質問が悪くなっています。それでも公開する場合は、理由をご記入ください。"
        )
        self.run = run


@dataclass(frozen=True)
class Proposal:
    """What publishing these changes would do. `stale` are entries published anew since their change was begun."""

    base: BenchState
    keys: tuple[str, ...]
    draft: Draft
    stale: tuple[str, ...]
    golden: TrialRun | None

    @property
    def problems(self) -> Mapping[str, tuple[FieldProblem, ...]]:
        """What must be mended first, by entry."""
        return self.draft.problems


class FaqPublishing:
    """The one way to a new version of the FAQ from the pages. Every way is audited."""

    def __init__(
        self,
        faq: FaqVersions,
        working: WorkingCopyRepository,
        planned: PlannedRepository,
        trials: Trials,
        audit: Audit,
    ) -> None:
        self._faq = faq
        self._working = working
        self._planned = planned
        self._trials = trials
        self._audit = audit
        self._bench = FaqBench(faq, working)

    async def propose(self, keys: Collection[str] | None) -> Proposal:
        """What publishing the changes to `keys` (all) would do."""
        base = await self._bench.state()
        draft = base.draft(keys)
        copies = base.copies(keys)
        changed = {copy.key for copy in copies}
        stale = tuple(each.id for each in base.entries if each.id in changed and each.is_stale)
        golden = await self._trials.latest_for(GOLDEN, faq_subject(draft.content))
        return Proposal(base, tuple(copy.key for copy in copies), draft, stale, golden)

    async def publish(
        self, who: Principal, keys: Collection[str] | None, expected_version: int, note: str, reason: str
    ) -> FaqVersion:
        """Publish the changes to `keys` (all). Raises `PublishingRefusedError`."""
        proposal = await self._ready(keys, expected_version, reason)
        try:
            published = await self._faq.publish(proposal.draft.content, who.name, note, expected_version)
        except StaleVersionError as error:
            raise PublishingRefusedError(str(error), is_conflict=True) from error
        await self._put_away(proposal.base, proposal.keys)
        changes = {"version": published.version, "entries": list(proposal.draft.changed)}
        await self._audit.note(who, "faq.publish", f"第{published.version}版", reason, {**changes, "note": note})
        return published

    async def plan(
        self,
        who: Principal,
        keys: Collection[str] | None,
        expected_version: int,
        at: datetime,
        note: str,
        reason: str,
    ) -> PlannedPublication:
        """Publish the changes to `keys` (all), as they are now, at `at`. Raises `PublishingRefusedError`."""
        proposal = await self._ready(keys, expected_version, reason)
        copies = proposal.base.copies(proposal.keys)
        content = {
            "changes": {copy.key: copy.content for copy in copies},
            "bases": {copy.key: copy.base_version for copy in copies},
            "revisions": {copy.key: copy.revision for copy in copies},
        }
        base = proposal.base.version
        planned = await self._planned.plan(KIND, at, content, base_version=base, author=who.name, note=note)
        told = {"plan": planned.id, "at": at.isoformat(), "entries": list(proposal.draft.changed)}
        await self._audit.note(who, "faq.plan", planned.id, reason, told)
        return planned

    async def carry_out(self, plan: PlannedPublication) -> str:
        """Publish a plan whose time has come; gives back what came of it. Raises `StalePlanError`.

        What was published meanwhile of other entries stays. A plan whose own entries have changed is not carried out.
        """
        current = await self._faq.current()
        published = {} if current is None else {each["id"]: each for each in current.content}
        changes: Mapping[str, Mapping[str, Any]] = plan.content["changes"]
        draft = draft_of(list(published.values()), changes)
        bases: Mapping[str, int] = plan.content["bases"]
        stale = [key for key in draft.changed if int(published.get(key, {}).get("version", 0)) != bases[key]]
        if stale:
            titles = "、".join(f"「{published.get(key, changes[key]).get('title', key)}」" for key in stale)
            raise StalePlanError(
                f"予約のあとに{titles}が公開し直されたため、公開しませんでした。内容を確かめて、公開し直してください。"
            )
        who = Principal("planned", plan.author, None, frozenset())
        version = await self._faq.publish(draft.content, plan.author, plan.note, current.version if current else 0)
        for key, revision in plan.content["revisions"].items():
            with suppress(WorkingConflictError):
                await self._working.drop(KIND, key, revision)
        told = {"version": version.version, "plan": plan.id, "entries": list(draft.changed)}
        await self._audit.note(who, "faq.publish", f"第{version.version}版", "予約した公開", told)
        return f"第{version.version}版として公開しました。"

    async def roll_back(self, who: Principal, version: int, expected_version: int, reason: str) -> FaqVersion:
        """Publish the content of `version` once more. Raises `PublishingRefusedError`."""
        wanted = await self._faq.get(version)
        if wanted is None:
            raise PublishingRefusedError(NO_VERSION)
        try:
            note = f"第{version}版に戻しました：{reason}"
            published = await self._faq.publish(wanted.content, who.name, note, expected_version)
        except StaleVersionError as error:
            raise PublishingRefusedError(str(error), is_conflict=True) from error
        told = {"version": published.version, "content_of": version}
        await self._audit.note(who, "faq.roll_back", f"第{version}版", reason, told)
        return published

    async def _ready(self, keys: Collection[str] | None, expected_version: int, reason: str) -> Proposal:
        proposal = await self.propose(keys)
        if proposal.base.version != expected_version:
            raise PublishingRefusedError(str(StaleVersionError(proposal.base.version)), is_conflict=True)
        if proposal.problems:
            titles = "、".join(f"「{_title(proposal.base, key)}」" for key in proposal.problems)
            raise PublishingRefusedError(f"{titles}に直すところがあります。編集画面で直してから公開してください。")
        if proposal.stale:
            titles = "、".join(f"「{_title(proposal.base, key)}」" for key in proposal.stale)
            said = f"{titles}は、変更を始めたあとに公開し直されています。編集画面で両方を見くらべてください。"
            raise PublishingRefusedError(said, is_conflict=True)
        if not proposal.draft.changed:
            raise PublishingRefusedError(NOTHING)
        if proposal.golden is not None and proposal.golden.regressions and not reason.strip():
            raise ReasonNeededError(proposal.golden)
        return proposal

    async def _put_away(self, base: BenchState, keys: Collection[str]) -> None:
        for copy in base.copies(keys):
            # What was saved since stays: it is the next change.
            with suppress(WorkingConflictError):
                await self._working.drop(KIND, copy.key, copy.revision)


def _title(base: BenchState, key: str) -> str:
    entry = base.get(key)
    return str((entry.shown.get("title") if entry is not None else "") or key)
