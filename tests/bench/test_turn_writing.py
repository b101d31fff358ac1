"""Written sentences and their beginnings."""

import json
from pathlib import Path

from bench.turn_writing import CORPUS_WEIGHT, beginnings, customers_sentences, save_written


def test_a_sentence_ends_and_its_beginnings_do_not() -> None:
    texts = [(text["text"], text["ended"]) for text in beginnings("料金が、高いです。", "a", 0.3)]
    assert texts == [("料金が", False), ("料金が、高いです", True)]


def test_only_what_customers_write_is_taken_sentence_by_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "dialog_hotel_asdc" / "dialog"
    folder.mkdir(parents=True)
    said = [
        {"id": {"id": "1.0"}, "name": "operator_1", "text": "承ります。"},
        {"id": {"id": "1.1"}, "name": "customer", "text": "二人です。\n来週です。"},
    ]
    (folder / "1.json").write_text(json.dumps({"utterances": said}), encoding="utf-8")
    assert list(customers_sentences(tmp_path)) == [
        ("二人です", "1.1", CORPUS_WEIGHT),
        ("来週です", "1.1", CORPUS_WEIGHT),
    ]


def test_without_the_corpus_there_is_nothing(tmp_path: Path) -> None:
    assert list(customers_sentences(tmp_path)) == []


def test_what_is_saved_is_one_object_a_line(tmp_path: Path) -> None:
    save_written([("料金が高い", "a", 0.3)], tmp_path / "w.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "w.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["text"] for line in lines] == ["料金が", "料金が高い"]
    assert lines[1] == {"text": "料金が高い", "ended": True, "sentence": "a", "weight": 0.3}
