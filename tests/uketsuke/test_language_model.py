"""What leaves this machine: nothing with no outside model, nothing personal with one."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogue.llm.chat_model import ChatModel
from dialogue.llm.openai_model import OpenAIChatModel
from dialogue.llm.purpose import Confidentiality, Place, Purpose
from dialogue.llm.request_log import ModelRequest, Outcome, prompt_sum
from dialogue.llm.router import TurnRouter
from dialogue.llm.summary import draft_summary
from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.kinds import PersonalKind, PersonalSpan
from records.database import sqlite_url
from records.model_requests import LogOptions, ModelRequestLog, ModelRequestRecord
from records.store import Records
from tests.dialogue.llm.connections import CONNECTIONS
from tests.dialogue.llm.llm_servers import recording, running
from tests.dialogue.llm.models import Notes, Scripted
from uketsuke.language_model import Models, RecordedRequests, build_models, builder_of, ledger_of, restore_ledger
from uketsuke.model_settings import read_model_setup
from uketsuke.places import model_store, places_of
from uketsuke.settings import LanguageModelSettings, Settings

FINDER = PersonalFinder()
CANDIDATES = [("cancel-001", "解約の方法"), ("bill-002", "請求書の再発行")]
LABEL = '{"label": "1"}'
SUMMARY = json.dumps(dict.fromkeys(("用件", "対応", "結果", "次のアクション"), "不明"))
PERSONAL_TURNS = [
    ("田中太郎と申します、解約したいです", ["田中", "太郎"]),
    ("電話番号はゼロキューゼロのイチニーサンヨンのゴーロクナナハチです", ["イチニーサンヨン", "ゴーロクナナハチ"]),
    ("番号は090-1234-5678です", ["090", "1234", "5678"]),
    ("住所は東京都港区芝公園四丁目2番8号です", ["芝公園", "港区"]),
    ("メールはtaro.tanaka@example.jpです", ["taro", "example.jp"]),
    ("生年月日は昭和五十五年三月二日です", ["五十五年", "三月二日"]),
]
NAMES = ["佐藤", "田中", "松本", "林", "清水", "五十嵐", "小笠原", "長谷川花子", "山口誠"]
DIGITS = [
    ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー"),
    tuple("0123456789"),
    tuple("〇一二三四五六七八九"),
]
SAYINGS = [
    "妻の{name}に代わります",
    "{name}で予約しています",
    "私、{name}、番号が{number}",
    "請求書の宛名が{name}のままです",
    "{name}宛てに届いた手紙のことで",
    "{name}ですけど、{number}に折り返しをお願いします",
]
SECRET_TURNS = ["カード番号は4111 1111 1111 1111です", "暗証番号はイチニーサンヨンです"]


def models_of(company: Path, log: Notes, outside: tuple[str, ...] = (), kind: str = "embedded") -> Models:
    """As the service builds them, but that a quick model stands for the weights of the embedded one."""
    settings = Settings(llm=LanguageModelSettings.model_validate({"kind": kind}))
    setup = read_model_setup(settings.llm, company, outside)
    assert setup is not None
    real = builder_of(places_of(settings), model_store(settings))

    def build(card: Any) -> ChatModel:
        return Scripted(LABEL) if card.place is Place.IN_PROCESS else real(card)

    return build_models(setup, build, FINDER, ledger_of(setup), log)


@asynccontextmanager
async def outside_model(company: Path, answer: str, kept: list[bytes]) -> AsyncIterator[None]:
    """A recording server that stands for a model outside, permitted for everything but secrets."""
    async with running(recording(kept, answer)) as url:
        card = {
            **{"name": "far", "kind": "openai", "base_url": url, "model": "m", "place": "outside"},
            **{"country": "不明", "licence": "不明", "vendor": "不明"},
        }
        (company / "models.yaml").write_text(yaml.safe_dump({"models": [card]}))
        row = {level: ["far"] for level in ("public", "internal", "personal")}
        (company / "policy.yaml").write_text(yaml.safe_dump({"purposes": {"route": row, "summary": row}}))
        yield


async def converse(models: Models, turns: list[str]) -> None:
    """Route each turn, then draft a summary of them all."""
    session = models.session("c1")
    router = TurnRouter(models.model(Purpose.ROUTE, session), deadline_s=5)
    for turn in turns:
        session.hear(turn)
        await router.route(turn, CANDIDATES)
    await draft_summary(models.model(Purpose.SUMMARY, session), [f"お客様: {turn}" for turn in turns])
    await models.gateway.close()


async def test_with_no_outside_model_no_connection_is_opened(tmp_path: Path) -> None:
    log = Notes()
    with CONNECTIONS.watched() as seen:
        models = models_of(tmp_path, log)
        await models.gateway.start()
        await converse(models, ["解約したいです", *(turn for turn, _ in PERSONAL_TURNS)])
    assert seen == []
    assert {each.place for each in log.kept} == {Place.IN_PROCESS}
    assert Outcome.USED in {each.outcome for each in log.kept}


async def test_an_outside_model_that_was_not_allowed_by_name_is_not_connected_to(tmp_path: Path) -> None:
    kept: list[bytes] = []
    async with outside_model(tmp_path, LABEL, kept):
        with CONNECTIONS.watched() as seen:
            await converse(models_of(tmp_path, Notes()), ["解約したいです"])
    assert seen == []
    assert kept == []


async def test_the_guard_sees_a_connection_when_one_is_opened(tmp_path: Path) -> None:
    kept: list[bytes] = []
    async with outside_model(tmp_path, LABEL, kept):
        with CONNECTIONS.watched() as seen:
            await converse(models_of(tmp_path, Notes(), ("far",)), ["解約したいです"])
    assert any(each.startswith("socket.connect") for each in seen)
    assert kept


@pytest.mark.parametrize(("turn", "parts"), PERSONAL_TURNS)
async def test_a_turn_with_personal_data_never_goes_outside_unmasked(
    tmp_path: Path, turn: str, parts: list[str]
) -> None:
    kept: list[bytes] = []
    log = Notes()
    async with outside_model(tmp_path, LABEL, kept):
        await converse(models_of(tmp_path, log, ("far",)), [turn])
    assert kept
    for part in parts:
        assert part not in sent(kept)
    assert "〈" in sent(kept)
    assert log.kept[0].confidentiality is Confidentiality.PERSONAL


async def test_of_many_names_and_numbers_said_in_many_ways_none_reaches_the_outside_server(tmp_path: Path) -> None:
    chance = random.Random(31)
    kept: list[bytes] = []
    told: list[str] = []
    async with outside_model(tmp_path, LABEL, kept):
        models = models_of(tmp_path, Notes(), ("far",))
        for _ in range(60):
            name, number = chance.choice(NAMES), "".join(chance.choice("123456789") for _ in range(8))
            digits = chance.choice(DIGITS)
            spoken = "".join(digits[int(digit)] for digit in number)
            turn = chance.choice(SAYINGS).format(name=name, number=f"ゼロキューゼロの{spoken}")
            told += [each for each in (name, spoken) if each in turn]
            session = models.session()
            session.hear(turn)
            await TurnRouter(models.model(Purpose.ROUTE, session), deadline_s=5).route(turn, CANDIDATES)
        await models.gateway.close()
    assert len(kept) > 50
    assert [each for each in told if each in sent(kept)] == []


@pytest.mark.parametrize("turn", SECRET_TURNS)
async def test_after_a_secret_nothing_of_the_conversation_goes_outside(tmp_path: Path, turn: str) -> None:
    kept: list[bytes] = []
    log = Notes()
    async with outside_model(tmp_path, LABEL, kept):
        await converse(models_of(tmp_path, log, ("far",)), [turn, "解約したいです"])
    assert kept == []
    assert {each.outcome for each in log.kept} == {Outcome.REFUSED}


async def test_an_answer_that_was_a_name_only_there_stays_masked_in_the_summary(tmp_path: Path) -> None:
    kept: list[bytes] = []
    async with outside_model(tmp_path, SUMMARY, kept):
        models = models_of(tmp_path, Notes(), ("far",))
        session = models.session()
        session.hear("ほたるです", [PersonalSpan(PersonalKind.NAME, 0, 3, "ほたる")])
        await draft_summary(models.model(Purpose.SUMMARY, session), ["受付: お名前は", "お客様: ほたるです"])
        await models.gateway.close()
    assert "ほたる" not in sent(kept)


async def test_a_summary_made_outside_has_the_real_name_again(tmp_path: Path) -> None:
    kept: list[bytes] = []
    answer = json.dumps(
        {"用件": "〈お名前1〉様の解約", "対応": "案内", "結果": "解決", "次のアクション": "なし"}, ensure_ascii=False
    )
    async with outside_model(tmp_path, answer, kept):
        models = models_of(tmp_path, Notes(), ("far",))
        session = models.session()
        session.hear("田中太郎と申します")
        summary = await draft_summary(
            models.model(Purpose.SUMMARY, session), ["お客様: 田中太郎と申します。解約したいです"]
        )
        await models.gateway.close()
    assert summary is not None
    assert summary.request == "田中太郎様の解約"
    assert summary.model == "far"


async def test_what_was_noted_is_the_sum_of_what_was_sent(tmp_path: Path) -> None:
    kept: list[bytes] = []
    log = Notes()
    async with outside_model(tmp_path, LABEL, kept):
        models = models_of(tmp_path, log, ("far",))
        session = models.session()
        await TurnRouter(models.model(Purpose.ROUTE, session), 5).route("田中太郎です", CANDIDATES)
        await models.gateway.close()
    system, user = (message["content"] for message in json.loads(kept[0])["messages"])
    assert log.kept[0].prompt_sha256 == prompt_sum(system, user)


async def test_requests_reach_the_records_without_their_words(tmp_path: Path) -> None:
    records = await Records.open(sqlite_url(tmp_path / "r.db"))
    log = ModelRequestLog(records.model_requests, LogOptions(linger_s=0))
    log.start()
    RecordedRequests(log).note(
        ModelRequest(
            at=datetime(2026, 11, 23, tzinfo=UTC),
            call_id="c1",
            model="far",
            purpose=Purpose.ROUTE,
            confidentiality=Confidentiality.PERSONAL,
            place=Place.OUTSIDE,
            prompt_sha256=prompt_sum("a", "b"),
            outcome=Outcome.USED,
            took_ms=12.0,
            tokens=35,
        )
    )
    await log.close()
    (row,) = await records.model_requests.latest(call_id="c1")
    assert (row.model, row.place, row.outcome, row.tokens) == ("far", "outside", "used", 35)
    await records.close()


def test_a_model_on_the_premises_is_built_without_a_connection(tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text(
        "models: [{name: near, kind: openai, base_url: 'http://10.0.0.9:1/v1', model: m, place: on_premises,"
        " country: 日本, licence: MIT, vendor: x}]",
        encoding="utf-8",
    )
    (tmp_path / "policy.yaml").write_text("purposes: {route: {public: [near]}}")
    settings = Settings()
    setup = read_model_setup(settings.llm, tmp_path)
    assert setup is not None
    with CONNECTIONS.watched() as seen:
        build = builder_of(places_of(settings), model_store(settings))
        built = [build(card) for card in setup.in_use]
    assert [type(each) for each in built] == [OpenAIChatModel]
    assert seen == []
    asyncio.run(built[0].close())


def test_a_call_keeps_its_session_for_the_summary_that_comes_later(tmp_path: Path) -> None:
    models = models_of(tmp_path, Notes())
    assert models.session("c1") is models.session("c1")
    assert models.session("c1") is not models.session("c2")
    assert models.session() is not models.session()


async def test_a_restart_does_not_refill_a_budget(tmp_path: Path) -> None:
    card = {
        **{"name": "near", "kind": "openai", "base_url": "http://10.0.0.9/v1", "model": "m", "place": "on_premises"},
        **{"country": "日本", "licence": "MIT", "vendor": "x", "budget": {"requests_per_month": 3}},
    }
    (tmp_path / "models.yaml").write_text(yaml.safe_dump({"models": [card]}))
    (tmp_path / "policy.yaml").write_text("purposes: {route: {public: [near]}}")
    setup = read_model_setup(LanguageModelSettings(), tmp_path)
    assert setup is not None
    records = await Records.open(sqlite_url(tmp_path / "r.db"))
    spent = [datetime(2026, 10, 31, 14, 0, tzinfo=UTC), datetime(2026, 10, 31, 16, 0, tzinfo=UTC)]
    spent.append(datetime(2026, 11, 20, tzinfo=UTC))
    await records.model_requests.add(
        [
            ModelRequestRecord(at, None, "near", "route", "public", "on_premises", "0" * 64, "used", 1.0, 10)
            for at in spent
        ]
    )
    ledger = ledger_of(setup, lambda: date(2026, 11, 23))
    await restore_ledger(ledger, records.model_requests, datetime(2026, 11, 23, tzinfo=UTC))
    assert [ledger.reserve("near", 1) for _ in range(2)] == [True, False]
    await records.close()


def sent(kept: list[bytes]) -> str:
    """Every message of every body, as text."""
    return "\n".join(message["content"] for body in kept for message in json.loads(body)["messages"][1:])
