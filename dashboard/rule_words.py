"""What the mind's rules are called for the people who read the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

RULES: Final = {
    # Found in the FAQ
    "as_asked": "お客様の言葉がFAQとよく一致",
    "in_context": "直前の話題の続きとして一致",
    "corrected": "お客様の言い直しに沿って一致",
    "returned": "前の話題に戻って一致",
    "sibling": "同じ種類のFAQのうち、名前の挙がったもの",
    "same_kind": "同じ種類のFAQのどれか、決め手がない",
    "names_something_else": "FAQにない言葉があるため、確かめる",
    "only_named": "用件の名前だけで、ご質問の内容が未確認",
    "one_of_two": "二つのご質問のうち、一つだけ確か",
    "not_in_the_answer": "FAQの回答にない内容",
    "nothing_to_lean_on": "何についてのご質問か、手がかりがない",
    "two_in_one": "一度に二つのご質問",
    "two_close": "近いFAQが二つ",
    "some_close": "近いFAQがいくつか",
    "one_possible": "当てはまりそうなFAQが一つ",
    "below_threshold": "一致度がしきい値より低い",
    "low_confidence": "聞き取りの確からしさが低い",
    "routed_by_model": "言語モデルが候補から選択",
    "confirmed": "確認に「はい」とのお返事",
    "chosen": "挙げた候補からお客様が選択",
    "chosen_of_two": "二つのうちから選択",
    "not_this": "確認に「いいえ」とのお返事",
    # The conversation itself
    "opening": "通話の開始",
    "still_waiting": "お待たせしている途中",
    "silence_after_answer": "回答のあと無言が続いた",
    "no_input_1": "無言（1回目）",
    "no_input_2": "無言（2回目）",
    "no_input_end": "無言が続いたため終話",
    "key": "キーで選択",
    "key_0": "0キー（担当者）",
    "key_1": "1キー",
    "key_2": "2キー",
    "key_star": "＊キー（もう一度）",
    "unknown_key": "使っていないキー",
    "emergency_words": "緊急を示す言葉",
    "are_you_human": "人かどうかのお尋ね",
    "are_you_ai": "人かどうかのお尋ね",
    "harsh_words": "お怒りの言葉",
    "person_and_reach": "担当者を求める言葉",
    "person_alone": "担当者を求める言葉",
    "rather_a_person": "人がよいとのご希望",
    "not_a_machine": "機械ではなく人をとのご希望",
    "slower": "ゆっくり話してほしいとのご希望",
    "once_more": "もう一度とのご希望",
    "wait": "待ってほしいとのご希望",
    "thanks_and_asks_nothing": "お礼だけで、ご質問なし",
    "nothing_else_said": "あいさつやお返事だけ",
    "acknowledged": "了解のお返事",
    "announces_more": "ほかにもご質問があるとのお話",
    "wrong_call": "かけ間違い",
    "mistaken": "間違えたとのお話",
    # What must not be told on the telephone
    "refused_card": "カード番号はお伺いしない",
    "refused_card_code": "セキュリティコードはお伺いしない",
    "refused_pin": "暗証番号やパスワードはお伺いしない",
    "refused_my_number": "マイナンバーはお伺いしない",
    # Transactions
    "tool_offered": "お手続きのご提案",
    "tool_asking": "お手続きに必要な内容のお尋ね",
    "tool_read_back": "お手続きの内容の復唱",
    "tool_running": "お手続きの実行中",
    "tool_confirmed": "復唱に「はい」とのお返事",
    "tool_stopped": "お手続きの取りやめ",
    "tool_declined": "お手続きのお断り",
    "tool_done": "お手続きの完了",
    "tool_failed": "お手続きの失敗",
    "tool_refused": "お手続きを先方が受け付けない",
    "tool_unknown": "お手続きの結果が不明",
    "tool_given_up": "お手続きに必要な内容が伺えない",
    "tool_gone": "お手続きが使えなくなった",
    "tool_answer_incomplete": "お手続きの結果に足りないものがある",
    # The rules that are always there
    "emergency": "緊急のご連絡",
    "asks-for-person": "担当者をご希望",
    "are-you-human": "人かどうかのお尋ね",
    "forbidden-advice": "法律・医療・投資のご相談",
    "upset": "強いご不満",
    "not-understood": "ご用件が伝わらない",
    "harassment-warning": "迷惑行為の警告",
    # People on the line
    "whisper": "担当者からのヒント",
    "handed_back": "担当者がAIに応対を戻した",
    "operator_lost": "担当者との接続が切れた",
    "back_from_waiting": "順番待ちをやめてAIに戻った",
    "nobody_came": "担当者の手が空かなかった",
    "ai_off": "AIの応対を停止中",
    # The line itself
    "max_duration": "通話時間の上限",
    "decision_failed": "判断の失敗が続いた",
}


def rule_word(evidence: Mapping[str, Any]) -> str:
    """What the rule of a decision is called: a rule of the company's own by its title, where the evidence has it."""
    name = str(evidence.get("rule", ""))
    return rule_titles([evidence]).get(name) or RULES.get(name) or name


def rule_titles(evidences: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The titles, by their ids, of the escalation rules that acted in decisions with such evidence."""
    firings = [firing for evidence in evidences if isinstance(firing := evidence.get("firing"), Mapping)]
    return {str(firing["rule_id"]): str(firing["title"]) for firing in firings if firing.get("title")}
