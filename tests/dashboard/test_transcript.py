"""The lines that a reader sees, from the events of a call."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.transcript import Line, LineMask, NoMask, Spoken, Transcript, Who, steps_of
from dialogue.privacy.finder import PersonalFinder
from telephony.events import CallEvent, EventKind


def event(kind: EventKind, at_ms: int = 0, **data: Any) -> CallEvent:
    return CallEvent("c", at_ms, kind, data)


def test_a_question_and_its_answer_are_two_lines_in_order() -> None:
    transcript = Transcript.of(
        [
            event(EventKind.SPEECH_STARTED, 900),
            event(EventKind.HEARD, 2500, turn=1, text="解約したいのですが"),
            event(
                EventKind.DECIDED,
                2510,
                turn=1,
                act="answer",
                text="承知いたしました。",
                evidence={"decision": "answer"},
            ),
        ]
    )
    assert [(line.who, line.text, line.at_ms) for line in transcript.lines] == [
        (Who.CALLER, "解約したいのですが", 900),
        (Who.AGENT, "承知いたしました。", 2510),
    ]


def test_what_the_caller_is_saying_goes_when_it_was_heard() -> None:
    transcript = Transcript.of([event(EventKind.PARTIAL, text="解約")])
    assert transcript.partial == "解約"
    transcript.take(event(EventKind.HEARD, turn=1, text="解約したい"))
    assert transcript.partial == ""


def test_an_interrupted_answer_keeps_what_was_really_heard() -> None:
    transcript = Transcript.of(
        [
            event(EventKind.DECIDED, turn=1, act="answer", text="毎月27日です。口座から引き落とします。"),
            event(EventKind.SPEAKING, 50, turn=1, text="毎月27日です。"),
            event(EventKind.SPOKEN, 900, turn=1, heard_text="毎月27日です。", interrupted=True),
        ]
    )
    (line,) = transcript.lines
    assert (line.spoken, line.heard_text) == (Spoken.INTERRUPTED, "毎月27日です。")


def test_a_rejected_hearing_stays_visible_as_rejected() -> None:
    transcript = Transcript.of(
        [event(EventKind.HEARD, turn=1, raw_text="ご視聴ありがとうございました", rejected="hallucination")]
    )
    assert transcript.lines[0].rejected == "hallucination"
    assert transcript.lines[0].text == "ご視聴ありがとうございました"


def test_the_waterfall_begins_at_the_end_of_speech_and_ends_at_the_first_sound() -> None:
    steps = steps_of({"turn": 1, "end_of_turn": 240, "text": 395, "decision": 412, "first_audio": 688})
    assert [(step.name, step.took_ms) for step in steps] == [
        ("終話判定", 240),
        ("認識", 155),
        ("判断", 17),
        ("第一声", 276),
    ]


def test_a_text_that_was_ready_before_the_end_of_the_turn_took_no_time() -> None:
    steps = steps_of({"end_of_turn": 300, "text": 120, "decision": 310, "first_audio": 600})
    assert [step.took_ms for step in steps] == [300, 0, 10, 290]


@given(st.dictionaries(st.sampled_from(["end_of_turn", "text", "decision", "first_audio"]), st.floats(0, 60_000)))
def test_no_step_ever_runs_backwards(latency: dict[str, float]) -> None:
    steps = steps_of(latency)
    assert all(step.took_ms >= 0 for step in steps)
    assert sum(step.took_ms for step in steps) <= max(latency.values(), default=0) + 1e-6


events = st.builds(
    event,
    st.sampled_from(list(EventKind)),
    st.integers(0, 10_000),
    turn=st.integers(0, 3),
    text=st.text(max_size=5),
    interrupted=st.booleans(),
    heard_text=st.text(max_size=3),
)


@given(st.lists(events, max_size=20), st.integers(0, 20))
def test_reading_the_last_events_again_leaves_the_same_words(stream: list[CallEvent], again: int) -> None:
    once = Transcript.of(stream)
    twice = Transcript.of([*stream, *stream[len(stream) - min(again, len(stream)) :]])
    assert [(line.key, line.text) for line in once.lines] == [(line.key, line.text) for line in twice.lines]


def test_what_is_personal_is_covered_wherever_it_is_shown() -> None:
    said = "佐藤と申します。090-1234-5678です"
    transcript = Transcript.of(
        [
            event(EventKind.PARTIAL, text="佐藤と申します"),
            event(EventKind.HEARD, turn=1, text=said, alternatives=["ゼロキューゼロの一二三四の五六七八です"]),
            event(
                EventKind.DECIDED, turn=1, act="answer", text="佐藤様ですね。", evidence={"heard": said, "rule": "r"}
            ),
        ]
    )
    assert [line.text for line in transcript.lines] == [
        "〈お名前〉と申します。〈電話番号〉です",
        "〈お名前〉様ですね。",
    ]
    assert transcript.lines[0].details["alternatives"] == ["〈電話番号〉です"]
    assert transcript.lines[1].evidence == {"heard": "〈お名前〉と申します。〈電話番号〉です", "rule": "r"}


def test_words_that_are_still_being_said_are_covered_too() -> None:
    assert Transcript.of([event(EventKind.PARTIAL, text="佐藤と申します")]).partial == "〈お名前〉と申します"


def test_the_companys_own_number_stays_readable() -> None:
    mask = LineMask(PersonalFinder(["03-0000-3710"]))
    assert mask.text("03-0000-3710へお電話ください") == "03-0000-3710へお電話ください"


def test_a_recorded_line_is_covered_where_the_records_say_so() -> None:
    line = Line("turn-1", Who.CALLER, 0, "森です")
    assert LineMask().line(line, [{"kind": "name", "start": 0, "end": 1}]).text == "〈お名前〉です"


def test_a_word_known_to_be_a_name_is_covered_in_the_whole_call() -> None:
    transcript = Transcript.of(
        [
            event(EventKind.HEARD, turn=1, text="湊川です", personal=[{"kind": "name", "start": 0, "end": 2}]),
            event(EventKind.DECIDED, turn=1, act="answer", text="はい。", evidence={"heard": "湊川です"}),
            event(EventKind.PARTIAL, text="湊川の"),
        ]
    )
    heard, answered = transcript.lines
    assert heard.text == "〈お名前〉です"
    assert "personal" not in heard.details
    assert answered.evidence == {"heard": "〈お名前〉です"}
    assert transcript.partial == "〈お名前〉の"


def test_a_name_of_one_sign_is_covered_in_its_own_line_and_nowhere_else() -> None:
    personal = [{"kind": "name", "start": 0, "end": 1}]
    transcript = Transcript.of(
        [
            event(EventKind.HEARD, turn=1, text="原です", personal=personal, alternatives=["原ですか"]),
            event(EventKind.DECIDED, turn=1, act="answer", text="原則として無料でございます。"),
        ]
    )
    heard, answered = transcript.lines
    assert (heard.text, heard.details["alternatives"]) == ("〈お名前〉です", ["〈お名前〉ですか"])
    assert answered.text == "原則として無料でございます。"


def test_what_a_decision_is_made_again_from_is_not_shown() -> None:
    evidence = {"decision": "answer", "replay": {"turn": {"text": "佐藤と申します"}}}
    transcript = Transcript.of([event(EventKind.DECIDED, turn=1, text="はい。", evidence=evidence)])
    assert transcript.lines[0].evidence == {"decision": "answer"}


def test_of_a_callers_number_the_beginning_and_the_end_are_readable() -> None:
    assert LineMask().data({"from_number": "090-1234-5678", "to_number": "03-0000-3710"}) == {
        "from_number": "090****5678",
        "to_number": "03-0000-3710",
    }


def test_what_an_operator_says_is_a_line_of_theirs() -> None:
    (line,) = Transcript.of([event(EventKind.OPERATOR_SAID, 900, text="お電話代わりました。", how="typed")]).lines
    assert (line.who, line.text, line.act) == (Who.OPERATOR, "お電話代わりました。", "typed")


def test_for_those_who_may_see_a_call_nothing_is_covered_but_what_is_of_no_use_stays_out() -> None:
    line = Line("turn-1", Who.CALLER, 0, "森です", details={"from_number": "090-1234-5678", "replay": {}})
    seen = NoMask().line(line, [{"kind": "name", "start": 0, "end": 1}])
    assert seen.text == "森です"
    assert seen.details == {"from_number": "090-1234-5678"}
