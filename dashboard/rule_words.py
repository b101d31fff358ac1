"""What the mind's rules are called for the people who read the evidence."""

from __future__ import annotations

from typing import Final

RULES: Final = {
    # Found in the FAQ
    "as_asked": "お客様の言葉がFAQとよく一致",
    "in_context": "直前の話題の続きとして一致",
    "two_in_one": "一度に二つのご質問",
    "two_close": "近いFAQが二つ",
    "one_possible": "当てはまりそうなFAQが一つ",
    "below_threshold": "一致度がしきい値より低い",
    "low_confidence": "聞き取りの確からしさが低い",
    "routed_by_model": "言語モデルが候補から選択",
    "confirmed": "確認に「はい」とのお返事",
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
    # The line itself
    "max_duration": "通話時間の上限",
    "decision_failed": "判断の失敗が続いた",
}
