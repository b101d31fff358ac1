"""The figures of the line and of the agent. What each counts stands in its words; they are shown on the pages.

Decisions where PRODUCT's formulas leave room:

- Only calls that have ended count: one that runs has come to nothing yet.
- A call belongs to the hour, in Japan, in which it was offered, wherever it ends.
- 着信数 holds every call. A short abandon (`short_abandon`: rung off before the agent's first sound, within 5 s) is in
  着信数 and not in 着信数（短時間放棄を除く）.
- 完結 wants words: an answer and then a leave-taking in words, or a transaction carried out. A plain hang-up, silence
  after an answer, an answer cut short, and an answer followed by a question that stayed open are none.
- 途中離脱 is a hang-up before any outcome. A hang-up after an answer heard to its end has an outcome that is not
  accepted; it is 回答後切断, which is counted neither as 完結 nor as 途中離脱.
- 自動化 is the table's broader one: answered by the agent, no person's time, no promise to call back. A short abandon
  is not automated, though nobody spent time on it: nothing was done.
- A question turn is one that was answered from the FAQ or met with a request to say it differently. A counter-question
  (「どちらでしょうか」) is neither: the question is decided afterwards.
- 再入電 is a later call of the same number about the same matter within the window. A matter that is not known may be
  the same: such a call counts. Numbers that are withheld cannot be followed, and count as not having called again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from records.figures.facts import CallFacts, Finish, Staffing
from records.figures.figure import Counting, Figure, Parts, Unit, percentile

DAY_S: Final = 86_400.0
WEEK_S: Final = 7 * DAY_S
LINE: Final = "受電"
AGENT: Final = "AI応対"
ANSWERS: Final = "回答"
SPEECH: Final = "会話の質"


def counted(test: Callable[[CallFacts], bool]) -> Counting:
    """How many calls are such."""

    def count(calls: Sequence[CallFacts], _staffing: Staffing | None) -> Parts:
        return Parts(sum(1 for call in calls if test(call)), None)

    return count


def share(part: Callable[[CallFacts], bool], whole: Callable[[CallFacts], bool]) -> Counting:
    """How many of the calls of `whole` are of `part` too."""

    def count(calls: Sequence[CallFacts], _staffing: Staffing | None) -> Parts:
        of = [call for call in calls if whole(call)]
        return Parts(sum(1 for call in of if part(call)), len(of))

    return count


def ratio(part: Callable[[CallFacts], int], whole: Callable[[CallFacts], int]) -> Counting:
    """One sum over another."""

    def count(calls: Sequence[CallFacts], _staffing: Staffing | None) -> Parts:
        return Parts(sum(part(call) for call in calls), sum(whole(call) for call in calls))

    return count


def rank(values: Callable[[CallFacts], Iterable[int]], percent: int) -> Counting:
    """A percentile over the values of all calls."""

    def count(calls: Sequence[CallFacts], _staffing: Staffing | None) -> Parts:
        found = [value for call in calls for value in values(call)]
        return Parts(percentile(found, percent), len(found))

    return count


def offered(_call: CallFacts) -> bool:
    """着信."""
    return True


def answered(call: CallFacts) -> bool:
    """The agent answered."""
    return call.talk.answered


def engaged(call: CallFacts) -> bool:
    """The caller spoke, or pressed a key."""
    return call.talk.engaged


def escalated(call: CallFacts) -> bool:
    """A person was asked for or needed."""
    return call.talk.engaged and bool(call.talk.reasons)


def contained(call: CallFacts) -> bool:
    """完結."""
    return call.talk.engaged and call.contained


def promised(call: CallFacts) -> bool:
    """Promised a call back, and not talked with by a person."""
    return call.talk.engaged and bool(call.promises) and not call.person


def _stays_contained(within_s: float) -> Callable[[CallFacts], bool]:
    def test(call: CallFacts) -> bool:
        return contained(call) and (call.again_after_s is None or call.again_after_s > within_s)

    return test


def _automated(call: CallFacts) -> bool:
    return call.talk.answered and not call.person and not call.promises


def _resolvable(call: CallFacts) -> bool:
    """Its resolution can be known: a number to follow, not left to a call back, and marked if a person had it."""
    if not call.talk.engaged or not call.number_known or promised(call):
        return False
    return not call.person or any(each.resolved is not None for each in call.handled)


def _resolved(call: CallFacts) -> bool:
    marks = [each.resolved for each in call.handled if each.resolved is not None]
    done = marks[-1] if marks else call.contained
    return done and call.again_after_s is None


_OFFERED: Final = "着信したすべての通話"
_ENGAGED: Final = "お客様が1回以上話した（またはキーを押した）通話"
_CONTAINED: Final = (
    "AIだけで完結した通話（FAQの回答のあと、お礼や「以上です」などの言葉で終わった通話と、お手続きを終えた通話。"
    "黙って切れた通話、折り返しの約束、担当者が出た通話は含みません）"
)

CALL_FIGURES: Final = (
    Figure("offered", "着信数", LINE, Unit.COUNT, "着信した通話の数", _OFFERED, "", counted(offered),
           "短時間放棄を含みます。通話中のものは、終わってから数えます。"),
    Figure("offered_kept", "着信数（短時間放棄を除く）", LINE, Unit.COUNT, "着信数 − 短時間放棄の数",
           "AIが応答する前に5秒未満で切れた通話を除いた着信", "", counted(lambda call: not call.talk.short_abandon)),
    Figure("agent_answer_rate", "AI応答率", LINE, Unit.PERCENT, "AIが応答した通話 ÷ 着信数", "AIが応答した通話",
           _OFFERED, share(answered, offered), "担当者の応答（有人応答率）とは分けて数えます。", "up"),
    Figure("abandon_rate", "放棄呼率（応答前）", LINE, Unit.PERCENT, "AIが応答する前に切れた通話 ÷ 着信数",
           "AIが応答する前に切れた通話", _OFFERED, share(lambda call: not call.talk.answered, offered),
           "短時間放棄を含みます。担当者を待つ間の放棄は、放棄率（担当者待ち）です。", "down"),
    Figure("engaged", "対話した通話", AGENT, Unit.COUNT, _ENGAGED, _ENGAGED, "", counted(engaged)),
    Figure("containment", "完結率", AGENT, Unit.PERCENT, "AIだけで完結した通話 ÷ 対話した通話", _CONTAINED, _ENGAGED,
           share(contained, engaged), "黙って電話を切った通話は完結に数えません。", "up"),
    Figure("containment_callback", "完結率（折り返しの約束を含む）", AGENT, Unit.PERCENT,
           "（完結した通話 ＋ 折り返しを約束した通話）÷ 対話した通話",
           "完結した通話と、担当者が出ず折り返しを約束した通話", _ENGAGED,
           share(lambda call: contained(call) or promised(call), engaged), "参考値です。", "up"),
    Figure("true_containment_day", "真の完結率（24時間）", AGENT, Unit.PERCENT,
           "完結し、24時間以内に同じ用件の再入電がない通話 ÷ 対話した通話",
           "完結した通話のうち、同じ番号から同じ用件の電話が24時間以内になかったもの", _ENGAGED,
           share(_stays_contained(DAY_S), engaged), "用件が分からない再入電も、同じ用件として数えます。", "up"),
    Figure("true_containment_week", "真の完結率（7日）", AGENT, Unit.PERCENT,
           "完結し、7日以内に同じ用件の再入電がない通話 ÷ 対話した通話",
           "完結した通話のうち、同じ番号から同じ用件の電話が7日以内になかったもの", _ENGAGED,
           share(_stays_contained(WEEK_S), engaged), "7日たっていない通話を含むあいだは速報です。", "up"),
    Figure("automation", "自動化率", AGENT, Unit.PERCENT, "担当者の時間を使わなかった通話 ÷ 着信数",
           "AIが応答し、担当者が出ず、折り返しも約束していない通話", _OFFERED, share(_automated, offered),
           "完結率より広い数え方です。途中で切れた通話も、担当者の時間を使わなければ含みます。", "up"),
    Figure("drop_out", "途中離脱率", AGENT, Unit.PERCENT, "結果が出る前にお客様が切った通話 ÷ 対話した通話",
           "回答・引き継ぎなどの結果が出る前に、お客様が切った通話", _ENGAGED,
           share(lambda call: call.talk.finish is Finish.HUNG_UP, engaged),
           "回答を最後まで聞いて黙って切った通話は、回答後切断率に数えます。", "down"),
    Figure("after_answer", "回答後切断率", AGENT, Unit.PERCENT, "回答を最後まで聞いて黙って切れた通話 ÷ 対話した通話",
           "回答を最後まで聞いたあと、言葉なしで切れた通話", _ENGAGED,
           share(lambda call: call.talk.finish is Finish.HUNG_UP_AFTER_ANSWER, engaged),
           "解決したかどうかは分かりません。完結にも途中離脱にも数えません。"),
    Figure("escalation_rate", "エスカレーション率", AGENT, Unit.PERCENT,
           "担当者への引き継ぎを求めた通話 ÷ 対話した通話",
           "引き継ぎの依頼（理由を問わない）が1回以上あった通話", _ENGAGED, share(escalated, engaged), "", "down"),
    Figure("transfer_success", "転送成功率", AGENT, Unit.PERCENT, "担当者が応答した通話 ÷ 引き継ぎを求めた通話",
           "引き継ぎを求めた通話のうち、担当者が出たもの", "引き継ぎの依頼が1回以上あった通話",
           share(lambda call: call.person, escalated), "", "up"),
    Figure("fcr", "一次解決率（FCR・7日）", AGENT, Unit.PERCENT,
           "解決し、7日以内に再入電のない通話 ÷ 解決したかを判断できる通話",
           "完結した通話、または担当者が「解決」とした通話のうち、同じ用件の再入電が7日以内にないもの",
           "対話した通話のうち、番号が分かり、折り返し待ちではなく、担当者が出た場合は解決の有無が記録されたもの",
           share(_resolved, _resolvable), "7日たっていない通話を含むあいだは速報です。", "up"),
    Figure("agent_handle_time", "平均処理時間（AI）", AGENT, Unit.SECONDS, "AIの応対時間の合計 ÷ AIが応答した通話",
           "応答から、担当者待ち・担当者の応答・終話のいずれかまでの時間の合計", "AIが応答した通話",
           ratio(lambda call: call.talk.agent_ms, lambda call: int(call.talk.answered)), "後処理はありません。"),
    Figure("answer_rate", "回答率", ANSWERS, Unit.PERCENT, "FAQで回答した質問 ÷ 質問", "FAQの文面で回答した発話",
           "回答した発話と、回答できず聞き直した発話の合計",
           ratio(lambda call: call.talk.answers, lambda call: call.talk.answers + call.talk.unanswered), "", "up"),
    Figure("no_answer_rate", "未回答率", ANSWERS, Unit.PERCENT, "回答できなかった質問 ÷ 質問",
           "回答できず、聞き直しや引き継ぎになった発話", "回答した発話と、回答できず聞き直した発話の合計",
           ratio(lambda call: call.talk.unanswered, lambda call: call.talk.answers + call.talk.unanswered), "", "down"),
    Figure("correct_rate", "正答率", ANSWERS, Unit.PERCENT, "「正しい」の評価 ÷ 評価", "「正しい」と評価された回答",
           "「正しい」または「誤り」と評価された回答",
           ratio(lambda call: call.votes_right, lambda call: call.votes_right + call.votes_wrong),
           "担当者やスーパーバイザーが評価した回答だけの数字です。", "up"),
    Figure("asked_again", "聞き返し率", SPEECH, Unit.PERCENT, "「もう一度」と求められた回数 ÷ お客様の発話",
           "お客様が「もう一度」「ゆっくり」などと聞き返した回数", "お客様の発話（キー操作を含む）",
           ratio(lambda call: call.talk.asked_again, lambda call: call.talk.caller_turns), "", "down"),
    Figure("response_p50", "応答遅延（中央値）", SPEECH, Unit.MILLISECONDS,
           "お話の終わりから返答の最初の音まで、の中央値",
           "小さいほうから50%の位置にある値", "返答の回数", rank(lambda call: call.talk.responses_ms, 50), "", "down"),
    Figure("response_p95", "応答遅延（95%）", SPEECH, Unit.MILLISECONDS, "お話の終わりから返答の最初の音まで、の95%点",
           "小さいほうから95%の位置にある値", "返答の回数", rank(lambda call: call.talk.responses_ms, 95), "", "down"),
    Figure("barge_in", "バージイン率", SPEECH, Unit.PERCENT, "割り込みで止めた回数 ÷ AIの発話",
           "お客様の割り込みで話を止めた回数", "AIの発話の回数（続きの話し直しを含む）",
           ratio(lambda call: call.talk.cuts, lambda call: call.talk.prompts)),
    Figure("false_barge_in", "誤バージイン率", SPEECH, Unit.PERCENT,
           "あいづちや雑音で止めた回数 ÷ 割り込みで止めた回数",
           "あいづちや雑音で止まり、続きを話し直した回数", "割り込みで止めた回数",
           ratio(lambda call: call.talk.false_cuts, lambda call: call.talk.cuts), "", "down"),
)  # fmt: skip
"""Every figure of the calls themselves, in the order in which they are shown."""
