import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.intents import Intent, read_intent

PERSON = [
    "オペレーター",
    "オペレーターお願いします",
    "オペレーターにつないでください",
    "オペレーターに代わってください",
    "オペレーターと話したいです",
    "オペレーターをお願いできますか",
    "人に代わって",
    "人に代わってもらえますか",
    "人と話したいんですけど",
    "人をお願いします",
    "人を出してください",
    "人間と話したい",
    "人間に代わってください",
    "人間の方をお願いします",
    "人間いないんですか",
    "担当者",
    "担当者をお願いします",
    "担当者に代わってください",
    "担当者とお話しできますか",
    "担当の方をお願いします",
    "担当の方に代わっていただけますか",
    "担当の人につないでもらえますか",
    "担当の者に取り次いでください",
    "担当さんと話がしたい",
    "係の人をお願いします",
    "係の方に代わってください",
    "係の者と話したい",
    "係員につないで",
    "有人対応をお願いします",
    "有人でお願いします",
    "有人のほうにつないでください",
    "スタッフに代わってください",
    "スタッフの方と直接話したいです",
    "スタッフさんお願いします",
    "社員さんに相談したい",
    "責任者を出して",
    "責任者と話をさせてください",
    "上の人を出してください",
    "上司に代わって",
    "誰か人を出して",
    "誰かと話せませんか",
    "誰か対応してもらえませんか",
    "どなたかに代わっていただけますか",
    "受付の人と話したい",
    "受付の方をお願いします",
    "機械じゃなくて人と話したいんだけど",
    "機械じゃ話にならないから人をお願い",
    "AIじゃわからないから人に代わって",
    "ロボットじゃなくて人間がいい",
    "自動音声じゃなくて人に聞きたい",
    "生身の人と話したいです",
    "直接人と話したいんですが",
    "あの、すみません、オペレーターさんお願いします",
    "電話で人と直接やりとりしたいので代わってください",
]

NOT_A_PERSON = [
    "担当者の名前を変更したい",
    "二人で使えるプランはありますか",
    "家族三人で使いたいんですけど",
    "一人暮らしにおすすめのプランは",
    "名義人が亡くなった場合はどうすればいいですか",
    "法人で契約できますか",
    "個人情報の取り扱いについて教えてください",
    "知らない人から電話がきました",
    "契約者本人でないと手続きできませんか",
    "料金プランを変更したいんですけど",
    "データを別の人にあげられますか",
]


@pytest.mark.parametrize("text", PERSON)
def test_a_person_is_asked_for_in_many_ways(text: str) -> None:
    view = read_intent(text)
    assert view is not None and view.intent in {Intent.WANTS_PERSON, Intent.UPSET}


@pytest.mark.parametrize("text", NOT_A_PERSON)
def test_speaking_of_people_is_not_asking_for_one(text: str) -> None:
    view = read_intent(text)
    assert view is None or view.intent is not Intent.WANTS_PERSON


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("もう一度お願いします", Intent.REPEAT),
        ("もう一回言ってもらえますか", Intent.REPEAT),
        ("すみません、聞き取れませんでした", Intent.REPEAT),
        ("え？", Intent.REPEAT),
        ("今なんて言いました", Intent.REPEAT),
        ("ゆっくり話してください", Intent.SLOWER),
        ("もう少しゆっくりお願いします", Intent.SLOWER),
        ("早口でわからない", Intent.SLOWER),
        ("ちょっと待ってください", Intent.WAIT),
        ("メモを取るので待ってもらえますか", Intent.WAIT),
        ("あなたは人間ですか", Intent.ARE_YOU_HUMAN),
        ("AIですか", Intent.ARE_YOU_HUMAN),
        ("これって機械ですか", Intent.ARE_YOU_HUMAN),
        ("家が火事なんです", Intent.EMERGENCY),
        ("人が倒れて意識がないんです", Intent.EMERGENCY),
        ("ふざけるなよ、いい加減にしろ", Intent.UPSET),
        ("訴えるぞ", Intent.UPSET),
        ("以上です", Intent.CLOSING),
        ("特にありません", Intent.CLOSING),
        ("いえ、もうないです", Intent.CLOSING),
        ("わかりました、失礼します", Intent.CLOSING),
        ("ありがとうございました", Intent.THANKS),
        ("よくわかりました。どうもありがとう", Intent.THANKS),
        ("はい", Intent.YES),
        ("はい、お願いします", Intent.YES),
        ("ええ、そうです", Intent.YES),
        ("いいえ", Intent.NO),
        ("いや、違います", Intent.NO),
        ("大丈夫です", Intent.UNCLEAR_YES_NO),
        ("結構です", Intent.UNCLEAR_YES_NO),
        ("もしもし", Intent.GREETING),
        ("ごめん、もう一回だけ", Intent.REPEAT),
        ("もう一度だけお願いします", Intent.REPEAT),
        ("すみません、間違えました", Intent.CLOSING),
        ("かけ間違えました", Intent.CLOSING),
        ("間違い電話です", Intent.CLOSING),
        ("あ、ごめんなさい、番号を間違えました", Intent.CLOSING),
        ("すみません、間違ってかけてしまいました", Intent.CLOSING),
        ("電話番号を間違えちゃいました、失礼します", Intent.CLOSING),
        ("はい、もう一つあるんですが", Intent.ANNOUNCES),
        ("もう一ついいですか", Intent.ANNOUNCES),
        ("あと一つ聞きたいんですけど", Intent.ANNOUNCES),
        ("わかりました。もう一つだけ質問してもいいですか", Intent.ANNOUNCES),
        ("ほかにも聞きたいことがあるんですが", Intent.ANNOUNCES),
        ("すみません、質問があるんですけど", Intent.ANNOUNCES),
        ("ちょっと聞いてもいいですか", Intent.ANNOUNCES),
        ("別の件でもいいですか", Intent.ANNOUNCES),
        ("最後に一つだけ", Intent.ANNOUNCES),
        ("ありがとうございます、あともう一つお伺いしたいのですが", Intent.ANNOUNCES),
    ],
)
def test_what_the_caller_wants_of_the_call_is_understood(text: str, intent: Intent) -> None:
    view = read_intent(text)
    assert view is not None and view.intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "ありがとうございます、あと解約なんですけど",
        "はい、料金プランを変えたいです",
        "もしもし、請求書を再発行してほしいんですが",
        "いいえ、スマホの解約です",
        "失礼ですが、支払い方法を教えてください",
        "すみません、パスワードを忘れました",
        "もう一台スマホを契約したい",
        "暗証番号を間違えました",
        "住所を間違えました",
        "料金を二回払ってしまい、間違えました",
        "解約のことなんですけど",
        "もう一つのプランはいくらですか",
        "もう一つ回線がほしいんですが",
        "もう一回だけ契約を延ばしたい",
        "あと一つデータを追加したい",
        "ほかにもお店はありますか",
        "ほかに安いプランはありますか",
        "ポイントがあるんですが",
        "家族がもう一人いるんですけど",
        "ほかの人に聞いてもいいですか",
        "あと少しで契約が切れます",
    ],
)
def test_a_question_with_courtesies_is_still_a_question(text: str) -> None:
    view = read_intent(text)
    talk = {Intent.CLOSING, Intent.THANKS, Intent.YES, Intent.NO, Intent.GREETING, Intent.ANNOUNCES, Intent.REPEAT}
    assert view is None or view.intent not in talk


@given(st.text(max_size=200))
def test_no_words_whatever_break_the_rules(text: str) -> None:
    read_intent(text)
