"""Requests for a person, made ready: what is recorded of them, and what the caller hears, room or no room."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogue.evidence import Evidence
from dialogue.handing_over import without_promise
from dialogue.manager import Conversation
from dialogue.turns import Act, After, Reply
from records.models import EscalationOutcome, EscalationRecord
from telephony.desk_phrases import CONNECTING, LOST, LOST_BACK, LOST_CONNECTING, NOBODY_FREE
from telephony.waiting import MOST_URGENT


@dataclass(frozen=True)
class Transfer:
    """A request for a person. `connected` is said when there is somebody to wait for, `otherwise` when not."""

    request: EscalationRecord
    connected: Reply
    otherwise: Reply
    queue: str = ""
    priority: int = 3
    title: str = ""


class Transfers:
    """Makes the transfers of one call, in the words of its conversation."""

    def __init__(self, conversation: Conversation, caller_number: str) -> None:
        self._conversation = conversation
        self._caller_number = caller_number

    def decided(self, reply: Reply) -> Transfer | None:
        """By the decision just committed; None when it leads to nobody who could answer now."""
        over = self._conversation.hand_over(self._caller_number)
        if over.outcome != EscalationOutcome.REQUESTED.value:
            return None
        sentences = (*without_promise(reply.sentences), *CONNECTING)
        connected = replace(reply, sentences=sentences, interruptible=False)
        reason = reply.escalation_reason or "requested"
        request = self._request(reason, EscalationOutcome.REQUESTED, over.queue, over.note.text)
        return Transfer(request, connected, reply, over.queue, over.priority, _title(reply))

    def record_of(self, reply: Reply) -> EscalationRecord:
        """What is recorded when the agent has said `reply` and hands over without anyone to wait for."""
        over = self._conversation.hand_over(self._caller_number)
        reason = reply.escalation_reason or "requested"
        return self._request(reason, EscalationOutcome(over.outcome), over.queue, over.note.text)

    def with_ai_off(self, told: str, *, opening: bool) -> Transfer:
        """The AI may not speak any more; `told` says so to the caller."""
        notice = self._conversation.opening_notice() if opening else ()
        promise = self._conversation.promise()
        over = self._conversation.hand_over(self._caller_number)
        request = self._request("ai_off", EscalationOutcome(promise.outcome), over.queue, over.note.text)
        return Transfer(
            request,
            _line_reply((*notice, told, *CONNECTING), "ai_off", Act.HAND_OVER, After.HAND_OVER),
            _line_reply((*notice, told, *promise.sentences), "ai_off", Act.HAND_OVER, After.HAND_OVER),
            over.queue,
            over.priority,
        )

    def operator_lost(self, ai_is_off: bool) -> Transfer:
        """The operator is gone: the caller goes before everyone else, or back to the agent."""
        promise = self._conversation.promise()
        over = self._conversation.hand_over(self._caller_number)
        outcome = EscalationOutcome(promise.outcome) if ai_is_off else EscalationOutcome.FAILED
        request = self._request("operator_lost", outcome, over.queue, over.note.text)
        back = _line_reply(LOST_BACK, "operator_lost", Act.ACKNOWLEDGE)
        if ai_is_off:
            back = _line_reply((LOST, *promise.sentences), "operator_lost", Act.HAND_OVER, After.HAND_OVER)
        connected = _line_reply(LOST_CONNECTING, "operator_lost", Act.HAND_OVER, After.HAND_OVER)
        return Transfer(request, connected, back, over.queue, MOST_URGENT)

    def nobody_came(self, lead: str = NOBODY_FREE) -> tuple[Reply, EscalationOutcome]:
        """A caller who has waited is promised a call back; how the request for a person ends with that."""
        promise = self._conversation.promise()
        words = (lead, *promise.sentences)
        return _line_reply(words, "nobody_came", Act.HAND_OVER, After.HAND_OVER), EscalationOutcome(promise.outcome)

    def _request(self, reason: str, outcome: EscalationOutcome, queue: str, note: str) -> EscalationRecord:
        text = f"［{queue}］{note}" if queue else note
        return EscalationRecord(reason=reason, outcome=outcome, note=text)


def _line_reply(sentences: tuple[str, ...], rule: str, act: Act, after: After = After.LISTEN) -> Reply:
    return Reply(sentences, act, Evidence(decision="line", rule=rule), after, interruptible=False)


def _title(reply: Reply) -> str:
    return str(reply.evidence.firing.get("title", ""))
