"""What a supervisor may reword, what must stay, and what is told of it."""

import pytest

from dialogue.company import load_company
from dialogue.prompts import BY_NAME, PROMPTS, Prompt
from dialogue.wording import Wording, WordingError, problem_of, warnings_of
from samples import sample_dir


def test_every_prompt_has_a_spec_and_its_own_words_are_allowed() -> None:
    assert sorted(spec.name for spec in PROMPTS) == sorted(Prompt)
    assert {spec.name: problem_of(spec, spec.text) for spec in PROMPTS if problem_of(spec, spec.text)} == {}
    assert Wording.from_content({"prompts": {spec.name.value: spec.text for spec in PROMPTS}}) == Wording()


def test_the_words_of_the_program_are_polite() -> None:
    assert {spec.name: warnings_of(spec, spec.text) for spec in PROMPTS if warnings_of(spec, spec.text)} == {}


def test_a_reworded_prompt_is_said_sentence_by_sentence() -> None:
    wording = Wording.from_content({"prompts": {"goodbye": "ありがとうございました。失礼いたします。"}})
    assert wording.of(Prompt.GOODBYE) == ("ありがとうございました。", "失礼いたします。")
    assert wording.of(Prompt.WAIT) == Wording().of(Prompt.WAIT)


def test_ai_and_recording_are_told_whatever_is_reworded() -> None:
    own = {"opening_greeting": "毎度ありがとうございます。", "opening_notice": "年内は29日までの受付でございます。"}
    said = Wording.from_content({"prompts": own}).opening(load_company(sample_dir() / "company.yaml"))
    assert said[0] == "毎度ありがとうございます。" and said[-2] == "年内は29日までの受付でございます。"
    assert "みなと通信の自動音声、AIが承ります。" in said
    assert any("録音しております" in line for line in said)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("goodbye", "", "文を入力してください"),
        ("goodbye", "あ" * 201, "200字以内"),
        ("goodbye", "失礼\nいたします。", "改行"),
        ("opening_person", "担当者をご希望の場合は、お話しください。", "「0」"),
        ("reask_3", "申し訳ございません。担当の者をご希望の場合は、0を押してください。", "「1」"),
        ("hand_over", "かしこまりました。", "「担当」"),
        ("follow_up", "ほかにございますか。お聞かせください。", "一文で"),
        ("confirm", "そのお問い合わせでしょうか。", "{題名} を入れてください"),
        ("goodbye", "{title}を承りました。", "波かっこ"),
        ("confirm", "{title}と{name}でしょうか。", "{題名} だけ"),
        ("hand_over_closed", "担当の者より、後日お電話を差し上げます。", "{次の受付} を入れてください"),
    ],
)
def test_what_may_not_be_said_is_told_with_what_to_write(name: str, text: str, told: str) -> None:
    with pytest.raises(WordingError) as caught:
        Wording.from_content({"prompts": {name: text}})
    assert told in caught.value.problems[name]


def test_a_key_may_be_named_in_kana_or_wide_figures() -> None:
    spec = BY_NAME[Prompt.NO_INPUT_2]
    assert problem_of(spec, "担当の者をご希望の場合は、ゼロを押してください。") is None
    assert problem_of(spec, "担当の者をご希望の場合は、０を押してください。") is None


def test_what_customers_find_rude_is_a_warning_not_a_refusal() -> None:
    spec = BY_NAME[Prompt.WAIT]
    assert problem_of(spec, "了解しました。お待ちします。") is None
    assert any("承知いたしました" in told for told in warnings_of(spec, "了解しました。お待ちします。"))


def test_unknown_names_and_shapes_are_refused() -> None:
    with pytest.raises(WordingError):
        Wording.from_content({"prompts": {"nonsense": "はい。"}})
    with pytest.raises(WordingError):
        Wording.from_content({"other": {}})
    with pytest.raises(WordingError):
        Wording.from_content({"prompts": {"goodbye": 3}})
