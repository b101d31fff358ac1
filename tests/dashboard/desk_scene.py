"""A desk over real records, with calls that note what is asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from dashboard.api.app import create_api
from dashboard.api.desk_routers import desk_routers
from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from dashboard.auth.unmasking import Unmasking
from dashboard.desk.dispositions import Detail, Disposition, Dispositions
from dashboard.desk.floor import DeskFloor
from dashboard.desk.hub import DeskMessage
from dashboard.desk.seams import DeskError, HeardAudio, Operator
from dashboard.faq_search import Found
from dashboard.transcript import LineMask
from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience, FaqEntry
from records.models import CallOpened
from telephony.events import EventKind
from telephony.waiting import Waiting
from tests.dashboard.scene import Scene
from tests.dashboard.signing_in import as_person
from voice.audio.pcm import Samples

NOTE = (
    "［料金］【お客様】090-1234-5678\n【ご用件】今月の請求が高い理由を知りたい\n【引き継ぎの理由】お客様のご希望\n"
    "【ご様子】落ち着いている\n【伺った内容】お名前: 湊川 花子、電話番号: 090-1234-5678\n"
    "【次の対応】ご用件を確かめ、続きからご案内してください。"
)
DISPOSITIONS = Dispositions(
    dispositions=(
        Disposition(code="billing", label="料金・お支払い", details=(Detail(code="amount", label="請求金額の確認"),)),
        Disposition(code="other", label="その他"),
    )
)


@dataclass
class NotingMicrophone:
    fed: list[Samples] = field(default_factory=list)
    closed: bool = False

    def feed(self, samples: Samples) -> None:
        self.fed.append(samples)

    def close(self) -> None:
        self.closed = True


@dataclass
class NotingCall:
    """Does at once what it is asked, like a call that never refuses; `refuses` is what it says when it does."""

    operator: Operator | None = None
    refuses: str = ""
    asked: list[tuple[str, ...]] = field(default_factory=list)
    microphones: list[NotingMicrophone] = field(default_factory=list)
    sound: asyncio.Queue[HeardAudio] = field(default_factory=asyncio.Queue)

    async def take_over(self, who: Operator) -> None:
        self._note("take_over", who.name)
        self.operator = who

    async def say(self, who: Operator, text: str) -> None:
        self._note("say", text)

    def microphone(self, who: Operator) -> NotingMicrophone:
        self._note("microphone", who.name)
        self.microphones.append(NotingMicrophone())
        return self.microphones[-1]

    async def whisper(self, who: Operator, hint: str) -> str:
        self._note("whisper", hint)
        return hint

    async def hand_back(self, who: Operator, task: str = "") -> str:
        self._note("hand_back", task)
        self.operator = None
        return task

    async def operator_gone(self, who: Operator) -> None:
        self._note("operator_gone")
        self.operator = None

    async def hold(self, who: Operator) -> None:
        self._note("hold")

    async def resume(self, who: Operator) -> None:
        self._note("resume")

    async def warn(self, who: Operator) -> None:
        self._note("warn")

    async def end(self, who: Operator, warning: bool = False) -> None:
        self._note("end", "warning" if warning else "")

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[HeardAudio]]:
        yield self.sound

    def _note(self, *what: str) -> None:
        if self.refuses:
            raise DeskError(self.refuses)
        self.asked.append(what)


class NotingCalls(dict[str, NotingCall]):
    """The running calls by id."""


@dataclass
class NotingAudit:
    """Keeps what it is told."""

    notes: list[tuple[str, str, str, str]] = field(default_factory=list)

    async def note(
        self,
        who: Principal,
        action: str,
        target: str = "",
        reason: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        self.notes.append((who.name, action, target, reason))

    @property
    def actions(self) -> list[str]:
        return [action for _, action, _, _ in self.notes]


@dataclass
class AgreedSearch:
    """Finds the agreed entries whatever is asked, and remembers what that was."""

    asked: list[tuple[str, Audience]] = field(default_factory=list)

    async def __call__(self, text: str, audience: Audience, top: int) -> list[Found]:
        self.asked.append((text, audience))
        return [
            found("billing-high", "請求が高いとき", 0.91, Audience.BOTH),
            found("billing-waiver", "請求の特別減額", 0.78, Audience.OPERATOR),
            found("billing-date", "引き落とし日", 0.42, Audience.BOTH),
        ][:top]


def found(entry_id: str, title: str, score: float, audience: Audience) -> Found:
    entry = FaqEntry(
        id=entry_id,
        version=3,
        category="料金",
        title=title,
        questions=(f"{title}を教えてください",),
        spoken=f"{title}についてご案内いたします。ご利用明細で内訳をご確認いただけます。",
        long=f"{title}。内訳は明細の2ページ目。",
        audience=audience,
    )
    return Found(entry, Candidate(entry_id, 3, title, score, 0.5, 0.9, 0.5, entry.questions[0]))


class DeskStage:
    """A scene with a desk; `client(user)` asks the API as that person."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.calls = NotingCalls()
        self.audit = NotingAudit()
        self.unmasking = Unmasking()
        self.search = AgreedSearch()
        self.floor = DeskFloor.of(self.calls, scene.records, scene.live, LineMask(), self.search)

    @property
    def routers(self) -> list[APIRouter]:
        return desk_routers(self.floor, DISPOSITIONS, self.unmasking, self.audit)

    async def ring(self, call_id: str = "c1", number: str = "090-1234-5678") -> NotingCall:
        """A call with an agent's first answer, in the records and live."""
        await self.scene.records.calls.open(CallOpened(line="twilio", id=call_id, caller_number=number))
        self.scene.ring(call_id, number)
        self.scene.talk(call_id)
        return self.calls.setdefault(call_id, NotingCall())

    async def wait(self, call_id: str = "c1", number: str = "090-1234-5678", priority: int = 3) -> NotingCall:
        """The same, and its caller waits for a person."""
        call = await self.ring(call_id, number)
        waiting = Waiting(call_id, f"esc-{call_id}", "料金", priority, "caller_asked", NOTE)
        assert await self.floor.room.enter(waiting)
        return call

    def hang_up(self, call_id: str = "c1") -> None:
        self.scene.tell(EventKind.ENDED, 60_000, call_id, ended_by="caller")
        self.scene.live.close(call_id)
        self.calls.pop(call_id, None)

    @asynccontextmanager
    async def client(
        self, user_id: str = "u1", name: str = "佐々木 恵", role: Role = Role.OPERATOR
    ) -> AsyncIterator[httpx.AsyncClient]:
        app = FastAPI()
        app.mount("/api", create_api(self.routers))
        seen_as = as_person(app, role, user_id, name)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(seen_as), base_url="http://127.0.0.1") as client:
            yield client

    @asynccontextmanager
    async def desk_of(self, user_id: str, role: Role) -> AsyncIterator[asyncio.Queue[DeskMessage]]:
        """What that person's desk is told."""
        async with self.floor.hub.subscribe(Principal.person(user_id, user_id, role)) as queue:
            yield queue


def told(queue: asyncio.Queue[DeskMessage]) -> list[DeskMessage]:
    """Everything that lies in a desk's queue."""
    return [queue.get_nowait() for _ in range(queue.qsize())]
