"""The golden day in real records: reads `golden_day.yaml` and writes what a service would have written."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy import insert

from records.calls import CallBatch
from records.database import Database, open_database, sqlite_url
from records.desk_schema import CallbackRow, HandlingRow, PresenceRow
from records.figures.breakdown import JST
from records.ids import new_id
from records.models import (
    CallClosed,
    CallOpened,
    Direction,
    EndedBy,
    EscalationRecord,
    EventRecord,
    KpiEvent,
    Speaker,
    TurnRecord,
    TurnTimings,
)
from records.store import Records
from records.votes import Verdict

FOLDER: Final = Path(__file__).parent
DAY: Final = date(2025, 12, 29)
NUMBERS: Final = {"A": "03-0000-0000", "B": "0120-000-111"}
VERDICTS: Final = {"right": Verdict.RIGHT, "wrong": Verdict.WRONG, "aside": Verdict.SET_ASIDE}
_RULES: Final = {"answer": "as_asked", "bye": "thanks_and_asks_nothing", "done": "tool_done", "no_input": "no_input_1"}
_KINDS: Final = {"bye": "close", "end": "close", "done": "acknowledge"}


def golden_figures() -> dict[str, Any]:
    """What was reckoned by hand."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "golden_figures.yaml").read_text(encoding="utf-8"))
    return found


def golden_copy(folder: Path) -> str:
    """The URL of a copy of the golden day's database; it is written once for all tests."""
    shutil.copy(_golden_file(), folder / "records.db")
    return sqlite_url(folder / "records.db")


@cache
def _golden_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="golden-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = sqlite_url(folder / "records.db")

    async def write() -> None:
        records = await Records.open(url)
        await keep_golden_day(records, url)
        await records.close()

    # A loop of its own: the test's is running.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, write()).result()
    return folder / "records.db"


async def keep_golden_day(records: Records, url: str) -> None:
    """Write every call of the day and around it."""
    told = yaml.safe_load((FOLDER / "golden_day.yaml").read_text(encoding="utf-8"))
    entries = [{**each, "version": 1, "questions": [each["title"]], "spoken": "。"} for each in told["entries"]]
    await records.faq.publish(entries, "golden")
    for call in told["calls"]:
        await _keep_call(records, call)
    database = await open_database(url)
    try:
        for call in told["calls"]:
            await _keep_people(database, call)
        for each in told["presence"]:
            since, until = _moment(each["since"]), each.get("until")
            await _insert(
                database, PresenceRow, id=new_id(), user_id=each["user"], user_name=each["user"], state=each["state"],
                since=since, until=_moment(until) if until else None, seen_at=since,
            )  # fmt: skip
    finally:
        await database.close()


async def _keep_call(records: Records, told: dict[str, Any]) -> None:
    began = _moment(told["at"])
    opened = CallOpened(
        id=told["id"], line="twilio", caller_number=str(told["from"]), called_number=NUMBERS[told.get("to", "A")],
        direction=Direction(told.get("direction", "inbound")), started_at=began, answered_at=began,
    )  # fmt: skip
    ended = began + timedelta(seconds=told["s"])
    steps = [str(step).split() for step in told.get("steps", ())]
    reasons = [step[1] for step in steps if step[0] == "hand_over"]
    batch = CallBatch(
        opened=opened,
        turns=tuple(_turn(place, step) for place, step in enumerate(steps)),
        events=tuple(_events(told, began)),
        escalations=tuple(EscalationRecord(reason, id=f"{told['id']}-{reason}", at=began) for reason in reasons),
        closed=CallClosed(EndedBy(told.get("by", "caller")), "answered", ended),
    )
    await records.calls.write(opened.id, batch)
    for place, vote in enumerate(told.get("votes", ())):
        await records.votes.add(opened.id, place, "entry", VERDICTS[vote], "voter")


def _turn(place: int, step: list[str]) -> TurnRecord:
    name, *words = step
    started = place * 1_000
    if name in {"say", "key"}:
        return TurnRecord(place, Speaker.CALLER, "speech" if name == "say" else "keypad", started, text="はい")
    response = next((float(word[2:]) for word in words if word.startswith("r=")), None)
    plain = [word for word in words if not word.startswith("r=") and word != "cut"]
    entries = plain[:1] if name == "answer" else plain[1:2] if name == "hand_over" else []
    rule = plain[0] if name in {"reask", "end"} else _RULES.get(name, name)
    evidence = {"decision": name, "rule": rule, "entry_ids": entries, "firing": {}}
    return TurnRecord(
        place, Speaker.AGENT, _KINDS.get(name, name), started, text="。", interrupted="cut" in words,
        timings=TurnTimings(response_ms=response), evidence=evidence,
    )  # fmt: skip


def _events(told: dict[str, Any], began: datetime) -> list[EventRecord]:
    def event(kind: str, at_s: float, **data: Any) -> EventRecord:
        return EventRecord(kind, int(at_s * 1000), data, began + timedelta(seconds=at_s))

    queue, operator = told.get("queue"), told.get("operator")
    short = told.get("short_abandon")
    found = [event(KpiEvent.OFFERED, 0)]
    found += [event(KpiEvent.BOT_ANSWERED, 0)] if short is None else [event(KpiEvent.SHORT_ABANDON, short)]
    found += [event("barge_in", 5) for _ in range(told.get("barge_ins", 0))]
    found += [event("resumed", 6) for _ in range(told.get("resumed", 0))]
    if queue:
        found.append(event(KpiEvent.ESC_QUEUED, queue["from"], escalation_id="e"))
        how = KpiEvent.ESC_ANSWERED if "answered" in queue else KpiEvent.ESC_ABANDONED
        found.append(event(how, queue.get("answered", queue.get("abandoned")), escalation_id="e"))
    if operator:
        found.append(event(KpiEvent.OP_TALK_START, operator["from"]))
        found.append(event(KpiEvent.OP_TALK_END, operator["until"]))
    return [*found, event("ended", told["s"])]


async def _keep_people(database: Database, told: dict[str, Any]) -> None:
    began = _moment(told["at"])
    if operator := told.get("operator"):
        acw = operator.get("acw")
        await _insert(
            database, HandlingRow, id=new_id(), call_id=told["id"], user_id="u1", user_name="u1",
            started_at=began + timedelta(seconds=operator["from"]),
            talk_ended_at=began + timedelta(seconds=operator["until"]), hold_ms=operator["hold"] * 1000,
            acw_ended_at=None if acw is None else began + timedelta(seconds=acw), disposition="",
            disposition_detail="", resolved=operator.get("resolved"), summary=None, summary_by_ai=False, note="",
        )  # fmt: skip
    if callback := told.get("callback"):
        done = callback.get("done")
        await _insert(
            database, CallbackRow, id=new_id(), call_id=told["id"], number="", reason="", booked_at=began,
            due_at=_moment(callback["due"]), owner=None, owner_name=None, done_at=_moment(done) if done else None,
            state="done" if done else "booked", note="",
        )  # fmt: skip


async def _insert(database: Database, table: Any, **values: Any) -> None:
    async with database.write() as connection:
        await connection.execute(insert(table).values(values))


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=JST)
