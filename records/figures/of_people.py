"""The figures of people's work: the queue, the talk, the work after it, and the promises to call back.

Times on a call come of what each person did with it (talk without hold, hold, work after it), and count once that work
is over. Presence belongs to people, not to calls: figures that need it are unknown for a selection of calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from records.figures.facts import CallFacts, Handled, Left, Staffing, Wait
from records.figures.figure import Counting, Figure, Parts, Unit
from records.figures.of_calls import rank, ratio

PEOPLE: Final = "担当者"
IN_TIME_MS: Final = 20_000
SHORT_MS: Final = 5_000
"""A wait below this is a short one, where a variant leaves short ones out."""


def _waits(call: CallFacts, test: Callable[[Wait], bool]) -> int:
    return sum(1 for wait in call.talk.waits if test(wait))


def _queued(call: CallFacts) -> int:
    return len(call.talk.waits)


def _answered(call: CallFacts) -> int:
    return _waits(call, lambda wait: wait.left is Left.ANSWERED)


def _in_time(call: CallFacts) -> int:
    return _waits(call, lambda wait: wait.left is Left.ANSWERED and wait.waited_ms <= IN_TIME_MS)


def _queued_kept(call: CallFacts) -> int:
    return _waits(call, lambda wait: not (wait.left is Left.ABANDONED and wait.waited_ms < SHORT_MS))


def _answer_waits(call: CallFacts) -> Iterable[int]:
    return (wait.waited_ms for wait in call.talk.waits if wait.left is Left.ANSWERED)


def _done(call: CallFacts) -> Iterable[Handled]:
    return (each for each in call.handled if each.finished)


def _handled(call: CallFacts) -> int:
    return sum(1 for _ in _done(call))


def _work_ms(call: CallFacts) -> int:
    return sum(each.talk_ms + each.hold_ms + each.acw_ms for each in _done(call))


def _per_presence(part: Callable[[Sequence[CallFacts], Staffing], Parts]) -> Counting:
    def count(calls: Sequence[CallFacts], staffing: Staffing | None) -> Parts | None:
        return None if staffing is None else part(calls, staffing)

    return count


def _handled_an_hour(calls: Sequence[CallFacts], staffing: Staffing) -> Parts:
    return Parts(sum(map(_handled, calls)), staffing.present_ms)


def _utilised(calls: Sequence[CallFacts], staffing: Staffing) -> Parts:
    return Parts(sum(map(_work_ms, calls)) + staffing.ready_ms, staffing.present_ms)


def _occupied(calls: Sequence[CallFacts], staffing: Staffing) -> Parts:
    work = sum(map(_work_ms, calls))
    return Parts(work, work + staffing.ready_ms)


_QUEUED: Final = "担当者の順番待ちに入った回数"
_HANDLED: Final = "担当者の応対（後処理まで終わったもの）"

PEOPLE_FIGURES: Final = (
    Figure("queued", "担当者待ちの数", PEOPLE, Unit.COUNT, _QUEUED, _QUEUED, "",
           lambda calls, _staffing: Parts(sum(map(_queued, calls)), None)),
    Figure("person_answer_rate", "有人応答率", PEOPLE, Unit.PERCENT, "担当者が応答した数 ÷ 担当者待ちの数",
           "担当者が応答した回数", _QUEUED, ratio(_answered, _queued), "AI応答率とは分けて数えます。", "up"),
    Figure("wait_abandon_rate", "放棄率（担当者待ち）", PEOPLE, Unit.PERCENT, "待つ間に切れた数 ÷ 担当者待ちの数",
           "待つ間にお客様が切った回数", _QUEUED,
           ratio(lambda call: _waits(call, lambda wait: wait.left is Left.ABANDONED), _queued),
           "5秒未満の待ちも含みます。", "down"),
    Figure("service_level", "SL 20秒（÷担当者待ち）", PEOPLE, Unit.PERCENT, "20秒以内に応答した数 ÷ 担当者待ちの数",
           "20秒以内に担当者が応答した回数", _QUEUED, ratio(_in_time, _queued),
           "目標は80%以上です。分母はすべての担当者待ちです。", "up"),
    Figure("service_level_kept", "SL 20秒（短時間放棄を除く）", PEOPLE, Unit.PERCENT,
           "20秒以内に応答した数 ÷（担当者待ちの数 − 5秒未満の放棄）", "20秒以内に担当者が応答した回数",
           "担当者待ちのうち、5秒未満で切れたものを除いた回数", ratio(_in_time, _queued_kept), "", "up"),
    Figure("service_level_answered", "SL 20秒（÷応答）", PEOPLE, Unit.PERCENT,
           "20秒以内に応答した数 ÷ 担当者が応答した数",
           "20秒以内に担当者が応答した回数", "担当者が応答した回数", ratio(_in_time, _answered), "", "up"),
    Figure("answer_speed", "平均応答速度（ASA）", PEOPLE, Unit.SECONDS, "応答した待ち時間の合計 ÷ 担当者が応答した数",
           "担当者が応答した待ちの時間の合計", "担当者が応答した回数",
           ratio(lambda call: sum(_answer_waits(call)), _answered), "応答した通話だけの平均です。", "down"),
    Figure("answer_speed_p90", "応答までの待ち（90%）", PEOPLE, Unit.WAIT, "応答した待ち時間の90%点",
           "小さいほうから90%の位置にある待ち時間", "担当者が応答した回数", rank(_answer_waits, 90), "", "down"),
    Figure("handled", "担当者の応対数", PEOPLE, Unit.COUNT, _HANDLED, _HANDLED, "",
           lambda calls, _staffing: Parts(sum(map(_handled, calls)), None)),
    Figure("talk_time", "平均通話時間（ATT）", PEOPLE, Unit.SECONDS, "通話時間の合計 ÷ 応対数",
           "担当者が話した時間の合計（保留を除く）", _HANDLED,
           ratio(lambda call: sum(each.talk_ms for each in _done(call)), _handled)),
    Figure("hold_time", "平均保留時間", PEOPLE, Unit.SECONDS, "保留時間の合計 ÷ 応対数", "保留にした時間の合計",
           _HANDLED, ratio(lambda call: sum(each.hold_ms for each in _done(call)), _handled), "", "down"),
    Figure("after_call_work", "平均後処理時間（ACW）", PEOPLE, Unit.SECONDS, "後処理時間の合計 ÷ 応対数",
           "通話の終わりから後処理の完了までの時間の合計", _HANDLED,
           ratio(lambda call: sum(each.acw_ms for each in _done(call)), _handled), "", "down"),
    Figure("handle_time", "平均処理時間（AHT・担当者）", PEOPLE, Unit.SECONDS,
           "（通話 ＋ 保留 ＋ 後処理の時間の合計）÷ 応対数", "通話・保留・後処理の時間の合計", _HANDLED,
           ratio(_work_ms, _handled), "", "down"),
    Figure("calls_per_hour", "CPH", PEOPLE, Unit.PER_HOUR, "応対数 ÷ 担当者の在席時間", _HANDLED,
           "担当者がサインインしていた時間の合計", _per_presence(_handled_an_hour),
           "期間の全体についてだけ分かります。", "up"),
    Figure("utilisation", "稼働率", PEOPLE, Unit.PERCENT, "（応対の時間 ＋ 受付可の時間）÷ 在席時間",
           "通話・保留・後処理の時間と、受付可で待っていた時間の合計", "担当者がサインインしていた時間の合計",
           _per_presence(_utilised), "期間の全体についてだけ分かります。"),
    Figure("occupancy", "占有率", PEOPLE, Unit.PERCENT, "応対の時間 ÷（応対の時間 ＋ 受付可の時間）",
           "通話・保留・後処理の時間の合計", "応対の時間と、受付可で待っていた時間の合計", _per_presence(_occupied),
           "期間の全体についてだけ分かります。"),
    Figure("callbacks", "折り返しの約束", PEOPLE, Unit.COUNT, "折り返しを約束した数", "折り返しを約束した数", "",
           lambda calls, _staffing: Parts(sum(len(call.promises) for call in calls), None)),
    Figure("callback_kept", "折返し遵守率", PEOPLE, Unit.PERCENT, "期限までに折り返した数 ÷ 折り返しを約束した数",
           "期限までに折り返した数", "折り返しを約束した数",
           ratio(lambda call: sum(each.kept for each in call.promises), lambda call: len(call.promises)),
           "まだ折り返していないものは、期限の前でも分母に入ります。", "up"),
)  # fmt: skip
"""Every figure of people's work, in the order in which they are shown."""
