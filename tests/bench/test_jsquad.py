"""Figures of retrieval on a set written like JSQuAD."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.jsquad import JsquadMissingError, index_figures, measures, read_jsquad, run_jsquad

ARTICLES = [
    ("梅雨", ["梅雨は五月から七月にかけて来る雨の多い期間である。", "梅雨前線は北海道には達しないことが多い。"]),
    ("将棋", ["将棋は二人で行う盤上の遊戯である。", "将棋の駒は飛車や角行など八種類ある。"]),
]
QUESTIONS = [["雨が多いのはいつ？"], ["梅雨前線が達しないのはどこ？"], ["将棋は何人で遊ぶ？"], ["将棋の駒は何種類？"]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    asked = iter(QUESTIONS)
    content = [
        {
            "title": title,
            "paragraphs": [
                {"context": f"{title} [SEP] {text}", "qas": [{"question": q} for q in next(asked)]} for text in texts
            ],
        }
        for title, texts in ARTICLES
    ]
    folder = tmp_path / "qa_jsquad"
    folder.mkdir()
    (folder / "valid-v1.3.json").write_text(json.dumps({"data": content}), encoding="utf-8")
    return tmp_path


def test_the_measures_of_ranks() -> None:
    found = measures([1, 2, 0, 10])
    assert found["r1"] == 0.25
    assert found["r5"] == 0.5
    assert found["mrr"] == pytest.approx((1 + 0.5 + 0.1) / 4)
    assert found["ndcg10"] == pytest.approx((1 + 0.63093 + 0.28906) / 4, abs=1e-4)


def test_questions_to_fit_on_are_not_measured(data: Path) -> None:
    jsquad = read_jsquad(data)
    assert [q.paragraph for q in jsquad.for_fitting()] == [0, 2]
    assert [q.paragraph for q in jsquad.for_measuring()] == [1, 3]


def test_a_paragraph_keeps_its_title(data: Path) -> None:
    assert read_jsquad(data).paragraphs[1] == ("梅雨", "梅雨。梅雨前線は北海道には達しないことが多い。")


def test_the_three_ways_are_measured_in_one_run(data: Path, tmp_path: Path) -> None:
    figures = run_jsquad(data, tmp_path, tmp_path / "none", spoken=0)
    assert figures["jsquad_questions"] == 2
    assert {f"jsquad_r1_{way}" for way in ("fused", "bm25", "e5")} <= figures.keys()
    assert figures["jsquad_mrr_fused"] > 0


def test_an_index_tells_how_long_an_edit_takes(data: Path, tmp_path: Path) -> None:
    figures = index_figures(data, tmp_path, entries=8)
    assert figures["index_entries"] == 8
    assert figures["index_edit_s"] > 0


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JsquadMissingError, match="UKETSUKE_DATA"):
        read_jsquad(tmp_path)
