"""A small scene for the pages: one past call in real records, one running call, and the service around them."""

from __future__ import annotations

import wave
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.sources import ServiceStatus
from dialogue.evidence import Candidate, Evidence, ModelUse
from records.models import (
    CallClosed,
    CallOpened,
    EndedBy,
    EscalationRecord,
    EventRecord,
    RecordingRecord,
    RecordingState,
    Speaker,
    TurnRecord,
    TurnTimings,
)
from records.store import Records
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCall, LiveCalls

RATE_HZ = 8_000
QUESTION = "えっと、今月の請求っていつ引き落とされますか"
ANSWER = "ご請求は、毎月27日にご登録の口座から引き落としとなります。27日が休業日の場合は、翌営業日です。"
PERSONAL = ("湊川", "佐藤", "080-5555", "0805555")
"""What `keep_personal_call` tells of a person. No short run of digits: a moment in the records may hold any."""
STATUS = ServiceStatus(
    company="みなと通信 お客様センター",
    agent_ready=True,
    voice="Open JTalk",
    recogniser="Whisper base（int8）",
    language_model="準備中（組み立てています）",
    models_ok=True,
    version="0.1.0",
    warnings=("言語モデルの準備ができるまでは、FAQの検索だけでお答えします。通話はそのままご利用いただけます。",),
)
EVIDENCE = Evidence(
    decision="answer",
    heard=QUESTION,
    normalized="今月の請求はいつ引き落とされますか",
    confidence=0.87,
    entry_ids=("billing-003",),
    candidates=(
        Candidate("billing-003", 2, "料金の引き落とし日", 0.91, 0.82, 0.94, 0.88, "請求はいつ引き落とされますか"),
        Candidate("billing-001", 1, "請求金額の確認方法", 0.58, 0.41, 0.72, 0.49, "今月の請求額を知りたい"),
        Candidate("contract-011", 4, "支払い方法の変更", 0.44, 0.22, 0.61, 0.37, "引き落とし口座を変えたい"),
    ),
    thresholds={"answer": 0.72, "clarify": 0.5},
    model_uses=(ModelUse("Qwen2.5-1.5B", "候補の選択", "late", None, 900.0),),
    faq_version=7,
    took_ms=11.4,
).to_dict()


@dataclass
class Scene:
    """The parts that the pages are mounted on."""

    folder: Path
    records: Records
    live: LiveCalls = field(default_factory=LiveCalls)
    status: ServiceStatus = STATUS

    @property
    def recordings(self) -> Path:
        return self.folder / "recordings"

    def status_now(self) -> ServiceStatus:
        return replace(self.status, active_calls=len(self.live))

    def ring(self, call_id: str = "live-1", number: str = "090-1234-5678", line: str = "twilio") -> LiveCall:
        call = LiveCall(call_id, line, number, "03-0000-0000", datetime.now(UTC).isoformat())
        self.live.open(call)
        self.tell(EventKind.STARTED, 0, call_id, line=line, from_number=number)
        return call

    def tell(self, kind: EventKind, at_ms: int, call_id: str = "live-1", **data: Any) -> None:
        self.live.publish(CallEvent(call_id, at_ms, kind, data))

    def talk(self, call_id: str = "live-1") -> None:
        """Greeting, one question with its answer, and the beginning of another question."""
        greeting = "お電話ありがとうございます。みなと通信の自動音声、AIがご用件を承ります。"
        for kind, at_ms, data in (
            (EventKind.STATE, 10, {"state": "greeting"}),
            (EventKind.DECIDED, 12, {"turn": 0, "act": "greet", "text": greeting, "evidence": {}}),
            (EventKind.SPEAKING, 90, {"turn": 0, "text": greeting}),
            (EventKind.SPOKEN, 5200, {"turn": 0, "text": greeting, "heard_text": greeting, "interrupted": False}),
            (EventKind.STATE, 5210, {"state": "listening"}),
            (EventKind.SPEECH_STARTED, 6100, {"during_agent": False}),
            (EventKind.PARTIAL, 7000, {"text": "えっと、今月の"}),
            (
                EventKind.HEARD,
                9900,
                {
                    "turn": 1,
                    "text": QUESTION,
                    "raw_text": QUESTION,
                    "confidence": 0.87,
                    "alternatives": ["えっと、今月の成就っていつ引き落とされますか"],
                    "engine": "whisper-base",
                    "endpoint": "文末（〜ますか）と音の両方",
                    "speech_end_ms": 9500,
                },
            ),
            (EventKind.DECIDED, 9910, {"turn": 1, "act": "answer", "text": ANSWER, "evidence": EVIDENCE}),
            (EventKind.SPEAKING, 10180, {"turn": 1, "text": ANSWER}),
            (
                EventKind.LATENCY,
                10200,
                {"turn": 1, "end_of_turn": 240, "text": 395, "decision": 412, "first_audio": 688},
            ),
            (EventKind.STATE, 10181, {"state": "speaking"}),
            (EventKind.AIZUCHI, 12000, {"decided_after_ms": 210}),
            (EventKind.BARGE_IN, 14000, {"decided_after_ms": 232, "heard_text": "ご請求は、毎月27日に"}),
            (
                EventKind.SPOKEN,
                14010,
                {"turn": 1, "text": ANSWER, "heard_text": "ご請求は、毎月27日に", "interrupted": True},
            ),
            (EventKind.STATE, 14020, {"state": "listening"}),
            (EventKind.PARTIAL, 14800, {"text": "あ、じゃあ口座を"}),
        ):
            self.tell(kind, at_ms, call_id, **data)

    async def keep_past_call(self, call_id: str = "past-1", hours_ago: float = 2.0) -> Path:
        """A call of two turns with its recording; gives the recording's path."""
        began = datetime.now(UTC) - timedelta(hours=hours_ago)
        path = self.folder / "recordings" / f"{call_id}.wav"
        write_wav(path, seconds=15)
        calls = self.records.calls
        await calls.open(
            CallOpened(
                id=call_id,
                line="twilio",
                caller_number="080-5555-0101",
                called_number="03-0000-0000",
                started_at=began,
                faq_version=7,
                voice="Open JTalk",
                recogniser="Whisper base",
            )
        )
        timings = TurnTimings(9500, 9740, 9895, 9912, 10188, 688)
        heard = {"confidence": 0.87, "alternatives": [], "engine": "whisper-base", "raw_text": QUESTION}
        await calls.add_turn(call_id, TurnRecord(0, Speaker.CALLER, "speech", 6100, 9500, QUESTION, transcript=heard))
        answered = TurnRecord(
            1, Speaker.AGENT, "answer", 10188, 14010, ANSWER, ANSWER, timings=timings, evidence=EVIDENCE
        )
        await calls.add_turn(call_id, answered)
        await calls.add_event(call_id, EventRecord("keypad", 14500, {"digits": "0"}))
        await calls.escalate(call_id, EscalationRecord("お客様が担当者をご希望"))
        await calls.set_summary(
            call_id, {"summary": "引き落とし日のお問い合わせ。毎月27日とご案内し、担当者へ引き継ぎ。"}
        )
        recording = RecordingRecord(path, RATE_HZ, began, 15_000, RecordingState.FINISHED)
        ended = began + timedelta(seconds=15)
        await calls.close(call_id, CallClosed(EndedBy.HAND_OVER, "hand_over", ended, recording))
        return path

    async def keep_personal_call(self, call_id: str = "personal-1") -> None:
        """A call in which a caller gives a name that only the records know as one, and a telephone number."""
        calls = self.records.calls
        await calls.open(CallOpened(id=call_id, line="twilio", caller_number="080-5555-0101"))
        span = [{"kind": "name", "start": 0, "end": 2}]
        first = "佐藤と申します"
        by_rule = [{"kind": "name", "start": 0, "end": 2}]
        await calls.add_turn(call_id, TurnRecord(0, Speaker.CALLER, "speech", 0, 400, first, personal=by_rule))
        named = TurnRecord(1, Speaker.CALLER, "speech", 500, 900, "湊川です", personal=span)
        await calls.add_turn(call_id, replace(named, transcript={"alternatives": ["湊川ですが"]}))
        evidence = {"decision": "acknowledge", "heard": "湊川です", "replay": {"turn": {"text": "湊川です"}}}
        answered = TurnRecord(2, Speaker.AGENT, "acknowledge", 1000, 1900, "湊川様でございますね。", evidence=evidence)
        await calls.add_turn(call_id, replace(answered, personal=span))
        heard = {"turn": 1, "text": "湊川です", "personal": span}
        await calls.add_event(call_id, EventRecord("heard", 900, heard))
        await calls.add_event(call_id, EventRecord("started", 0, {"from_number": "080-5555-0101"}))
        note = "湊川様、折り返しは080-5555-0101へ"
        await calls.escalate(call_id, EscalationRecord("caller_asked", note=note))
        await calls.set_summary(call_id, {"用件": "湊川様の引き落とし日", "作成": "下書き"})
        await calls.close(call_id, CallClosed(EndedBy.CALLER, "answered"))


def write_wav(path: Path, seconds: int) -> None:
    """A stereo recording: a tone on the left, silence on the right."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.zeros((seconds * RATE_HZ, 2), dtype="<i2")
    samples[:, 0] = 3000 * np.sin(2 * np.pi * 440 * np.arange(len(samples)) / RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
