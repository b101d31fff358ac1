"""Text chats that run: one conversation a session, so many at most, forgotten when nobody writes any more."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from dialogue.faq.entry import Audience
from dialogue.state import Decision
from dialogue.turns import After, CallerTurn, Reply, TurnKind

MAX_SESSIONS: Final = 200
IDLE_S: Final = 30 * 60.0
TURN_DEADLINE_S: Final = 20.0

GONE: Final = "この会話は終了しているか、見つかりません。session_id を付けずに、新しい会話としてお送りください。"
FULL: Final = "ただいまチャットが混み合っております。恐れ入りますが、しばらくしてからもう一度お試しください。"
BUSY: Final = "前のご質問にお答えしているところです。お返事が届いてから、続けてお送りください。"
LATE: Final = "お答えの用意に時間がかかっております。恐れ入りますが、もう一度お送りください。"
OTHER_AUDIENCE: Final = (
    "この会話は、別の対象（audience）で始まっています。session_id を付けずに、新しい会話としてお送りください。"
)


class Mind(Protocol):
    """What answers in a session; `dialogue.manager.Conversation` is one."""

    async def decide(self, heard: CallerTurn) -> Decision:
        """What to say to a turn; changes nothing."""
        ...

    def commit(self, decision: Decision) -> None:
        """The reply is being given."""
        ...

    def heard(self, text: str) -> None:
        """How much of the reply arrived."""
        ...


NewMind = Callable[[Audience], Mind]
"""A fresh conversation over what that audience may be told."""


class ChatRefusedError(Exception):
    """A turn was not taken; `status` is the HTTP status, the text a sentence for the person who wrote."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class ChatLimits:
    """How many sessions at once, after how many seconds without a turn one ends, how many a turn may take."""

    sessions: int = MAX_SESSIONS
    idle_s: float = IDLE_S
    turn_deadline_s: float = TURN_DEADLINE_S


@dataclass
class ChatSession:
    """One running chat. `seen_at` is on the loop's clock."""

    mind: Mind
    audience: Audience
    seen_at: float
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    busy: bool = False


@dataclass(frozen=True)
class ChatTurn:
    """One turn that was decided. `is_first`: it began its session."""

    session: ChatSession
    reply: Reply
    is_first: bool


class ChatSessions:
    """All running chats of this process. For one event loop; its clock decides what has expired."""

    def __init__(self, new_mind: NewMind, limits: ChatLimits = ChatLimits()) -> None:
        self._new_mind = new_mind
        self._limits = limits
        self._sessions: dict[str, ChatSession] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    async def say(self, text: str, audience: Audience, session_id: str | None) -> ChatTurn:
        """Take a turn, in a new session when `session_id` is None. Raises `ChatRefusedError`.

        A turn that fails or is late changes nothing of its conversation; a chat that says goodbye is over.
        """
        self._forget_idle()
        session = self._begin(audience) if session_id is None else self._find(session_id, audience)
        if session.busy:
            raise ChatRefusedError(409, BUSY)
        session.busy = True
        try:
            async with asyncio.timeout(self._limits.turn_deadline_s):
                decision = await session.mind.decide(CallerTurn(TurnKind.SPEECH, text=text))
        except BaseException as error:
            if session_id is None:
                # Nobody knows its id yet, so nobody can go on with it.
                self._sessions.pop(session.id, None)
            if isinstance(error, TimeoutError):
                raise ChatRefusedError(504, LATE) from None
            raise
        finally:
            session.busy = False
            session.seen_at = _now()
        session.mind.commit(decision)
        if decision.reply.after is After.HANG_UP:
            self._sessions.pop(session.id, None)
        return ChatTurn(session, decision.reply, session_id is None)

    def _begin(self, audience: Audience) -> ChatSession:
        if len(self._sessions) >= self._limits.sessions:
            raise ChatRefusedError(503, FULL)
        session = ChatSession(self._new_mind(audience), audience, _now())
        # It counts from its first turn on, so that many who begin at once do not pass the limit.
        self._sessions[session.id] = session
        return session

    def _find(self, session_id: str, audience: Audience) -> ChatSession:
        session = self._sessions.get(session_id)
        if session is None:
            raise ChatRefusedError(404, GONE)
        if session.audience is not audience:
            raise ChatRefusedError(409, OTHER_AUDIENCE)
        return session

    def _forget_idle(self) -> None:
        oldest = _now() - self._limits.idle_s
        for session in [each for each in self._sessions.values() if each.seen_at <= oldest and not each.busy]:
            del self._sessions[session.id]


def _now() -> float:
    return asyncio.get_running_loop().time()
