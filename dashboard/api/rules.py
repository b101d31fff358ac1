"""Escalation rules over HTTP: in plain Japanese, what a builder needs, what they would have done with past calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.transcript import LineMask
from dashboard.tuning.conditions import ACTIONS, GROUPS, STAGES, RuleWriter, specs
from dashboard.tuning.publishing import SHAPE
from dialogue.escalation.book import RuleBook, RulesError, parsed
from dialogue.escalation.builtin import BUILT_IN, BUILT_IN_IDS, tuned
from dialogue.escalation.dry_run import DryRun, Hit
from dialogue.escalation.rules import Rule
from dialogue.faq.entry import FaqBook
from dialogue.kana import Reader as KanaReader

SHOWN: Final = 200
BUSY: Final = "ほかの方が試している途中です。少し待ってから、もう一度お試しください。"
Reader = Annotated[Principal, needs(Permission.TUNING_READ)]
Editor = Annotated[Principal, needs(Permission.TUNING_EDIT)]
Content = Annotated[dict[str, Any], Field(description='ルール（`{"rules": [...]}`）')]


class RulesBody(BaseModel):
    """Rules to look at."""

    model_config = ConfigDict(extra="forbid", title="ルール")

    content: Content


class DryRunBody(RulesBody):
    """Rules to try, and on how many calls."""

    last: Annotated[int, Field(ge=1, le=2_000, description="試す通話の数（新しいものから）")] = 500


class TriesRules(Protocol):
    """Judges past calls by proposed rules and by the live ones."""

    async def __call__(self, proposed: RuleBook, last: int) -> DryRun:
        """The result over the newest `last` calls."""
        ...


@dataclass(frozen=True)
class RuleSources:
    """`book` are the rules in force, `faq` the live entries, `reader` reads words, `mask` covers callers' words."""

    book: Callable[[], RuleBook]
    faq: Callable[[], FaqBook]
    reader: Callable[[], KanaReader]
    mask: LineMask


class RulesApi:
    """The endpoints. Rules are published as the document `rules`."""

    def __init__(self, sources: RuleSources, try_out: TriesRules) -> None:
        self._sources = sources
        self._try_out = try_out
        self._trying = asyncio.Lock()

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["引き継ぎルール"])
        add = router.add_api_route
        add("/rules", self._live, summary="いま使っているルール（組み込みを含み、見る順に）")
        add("/rules/parts", self._parts, summary="ルールを組み立てる部品（条件・動作・選べる値）")
        add("/rules/described", self._described, methods=["POST"], summary="ルールをことばで説明する")
        add("/rules/dry-run", self._dry_run, methods=["POST"], summary="過去の通話に当てて、引き継ぎがどう変わるか")
        return router

    async def _live(self, who: Reader) -> dict[str, Any]:
        book, writer = self._sources.book(), self._writer(())
        return {"version": book.version, "rules": [_told(rule, writer) for rule in book.rules]}

    async def _parts(self, who: Reader) -> dict[str, Any]:
        faq, book = self._sources.faq(), self._sources.book()
        return {
            "conditions": specs(),
            "groups": GROUPS,
            "actions": ACTIONS,
            "stages": STAGES,
            "entries": [(entry.id, entry.title) for entry in faq.entries],
            "categories": list(dict.fromkeys(entry.category for entry in faq.entries)),
            "queues": book.queues,
            "built_in": [_told(rule, self._writer(())) for rule in BUILT_IN],
        }

    async def _described(self, who: Reader, body: RulesBody) -> list[dict[str, Any]]:
        """Each rule and each tuned built-in one; what cannot be read yet is told as far as it goes."""
        rules = [rule for rule in body.content.get("rules") or () if isinstance(rule, Mapping)]
        writer = self._writer(rules)
        try:
            return [
                {
                    "id": str(rule.get("id", "")),
                    "condition": writer.condition(rule.get("when") or {}),
                    "action": writer.action(rule.get("then") or {}),
                }
                for rule in rules
                if rule.get("id") not in BUILT_IN_IDS
            ]
        except (TypeError, ValueError, AttributeError, RecursionError) as error:
            raise HTTPException(422, "ルールの形が正しくありません。条件と値をご確認ください。") from error

    async def _dry_run(self, who: Editor, body: DryRunBody) -> dict[str, Any]:
        own, tunings = _parsed(body.content)
        try:
            proposed = RuleBook.of(0, own, tunings)
        except RulesError as error:
            raise HTTPException(422, str(error)) from error
        if self._trying.locked():
            raise HTTPException(409, BUSY)
        async with self._trying:
            reader = self._sources.reader()
            sounding = await asyncio.to_thread(proposed.sounding, reader)
            result = await self._try_out(sounding, body.last)
        titles = {rule.id: rule.title for rule in (*proposed.rules, *self._sources.book().rules)}
        return await asyncio.to_thread(self._result, result, titles)

    def _result(self, result: DryRun, titles: Mapping[str, str]) -> dict[str, Any]:
        def listed(hits: tuple[Hit, ...]) -> list[dict[str, Any]]:
            return [
                {
                    **asdict(hit),
                    "title": titles.get(hit.rule_id, hit.rule_id),
                    "text": self._sources.mask.text(hit.text),
                }
                for hit in hits[:SHOWN]
            ]

        return {
            "calls": result.calls,
            "escalated": result.escalated,
            "ended": result.ended,
            "headline": result.headline,
            "by_rule": [{"id": k, "title": titles.get(k, k), "calls": n} for k, n in result.by_rule.items()],
            "spoke": [{"id": k, "title": titles.get(k, k), "times": n} for k, n in result.spoke.items()],
            "newly": listed(result.newly),
            "no_longer": listed(result.no_longer),
            "by_another": listed(result.by_another),
            "hits": listed(result.hits),
            "shown": SHOWN,
        }

    def _writer(self, rules: Any) -> RuleWriter:
        titles = {rule.id: rule.title for rule in self._sources.book().rules}
        titles.update({str(rule.get("id")): str(rule.get("title") or rule.get("id")) for rule in rules})
        return RuleWriter(titles, {entry.id: entry.title for entry in self._sources.faq().entries})


def _told(rule: Rule, writer: RuleWriter) -> dict[str, Any]:
    plain = rule.model_dump(mode="json")
    return {
        **plain,
        "built_in": rule.id in BUILT_IN_IDS,
        "condition": writer.condition(plain["when"]),
        "action": writer.action(plain["then"]),
    }


def _parsed(content: Mapping[str, Any]) -> Any:
    rules = content.get("rules")
    if not isinstance(rules, list):
        raise HTTPException(422, SHAPE)
    try:
        own, tunings = parsed(rules)
        tuned(tunings)
    except (RulesError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    except (TypeError, AttributeError, RecursionError) as error:
        raise HTTPException(422, SHAPE) from error
    return own, tunings
