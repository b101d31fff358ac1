"""Grouping: who belongs together, and how much of it is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dialogue.mining.calls import Asked, TurnLink
from dialogue.mining.clusters import ClusterLimits, Clusters
from dialogue.mining.space import Matrix

WIDTH = 48


def asked(n: int) -> Asked:
    return Asked(TurnLink(f"call-{n}", 1), f"質問{n}をしたいです", (f"答え{n}です。",))


def unit(rows: NDArray[np.floating[Any]]) -> Matrix:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def scattered(seed: int, matters: int, questions: int, spread: float = 0.05) -> tuple[Matrix, list[int]]:
    """Questions around so many matters: their rows, and whose each is."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(matters, WIDTH)))
    whose = rng.integers(matters, size=questions)
    return unit(centres[whose] + spread * rng.normal(size=(questions, WIDTH))), [int(n) for n in whose]


def grouped(rows: Matrix, window: int, limits: ClusterLimits = ClusterLimits()) -> Clusters:
    clusters = Clusters(limits)
    for at in range(0, len(rows), window):
        clusters.add([asked(n) for n in range(at, min(at + window, len(rows)))], rows[at : at + window])
    return clusters


def test_what_is_alike_is_one_group_and_what_is_not_stays_apart() -> None:
    rows, whose = scattered(1, matters=8, questions=120)
    clusters = grouped(rows, window=120)
    assert len(clusters) == 8
    for cluster in clusters.all():
        assert len({whose[int(link.call_id.removeprefix("call-"))] for link in cluster.links}) == 1


def test_the_groups_are_the_same_whether_they_come_in_one_window_or_in_many() -> None:
    rows, _ = scattered(2, matters=6, questions=90)
    at_once = sorted(cluster.size for cluster in grouped(rows, window=90).all())
    bit_by_bit = sorted(cluster.size for cluster in grouped(rows, window=7).all())
    assert at_once == bit_by_bit


def test_the_likeness_of_groups_is_the_mean_of_their_members() -> None:
    """Two of three are alike, the third only to one of them: on average not enough, so it stays outside."""
    rows = unit(np.array([[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.1, 0.9, 0.4]], dtype=np.float32))
    sizes = sorted(cluster.size for cluster in grouped(rows, 3, ClusterLimits(join=0.5)).all())
    assert sizes == [1, 2]


def test_of_twenty_thousand_questions_only_so_many_vectors_wordings_answers_and_links_are_kept() -> None:
    limits = ClusterLimits(clusters=60, wordings=6, answers=4, links=20)
    rows, _ = scattered(3, matters=1_500, questions=20_000)
    clusters = Clusters(limits)
    vectors, others = 0, 0
    for at in range(0, len(rows), 100):
        clusters.add([asked(n) for n in range(at, at + 100)], rows[at : at + 100])
        kept = clusters.all()
        vectors = max(vectors, len(kept))
        others = max(others, sum(len(each.wordings) + len(each.answers) + len(each.links) for each in kept))
    assert vectors <= 60
    assert others <= 60 * (6 + 4 + 20)
    assert clusters.forgotten > 0
    assert clusters.forgotten + sum(cluster.size for cluster in clusters.all()) == 20_000


def test_of_a_matter_that_never_ends_only_so_much_is_kept() -> None:
    rows, _ = scattered(4, matters=1, questions=500)
    limits = ClusterLimits(wordings=5, answers=4, links=30)
    cluster = grouped(rows, 100, limits).all()[0]
    assert cluster.size == 500
    assert (len(cluster.wordings), len(cluster.answers), len(cluster.links)) == (5, 4, 30)


def test_what_comes_up_often_outlives_what_came_up_once() -> None:
    often, _ = scattered(5, matters=1, questions=5)
    rare, _ = scattered(6, matters=60, questions=60, spread=0.0)
    clusters = grouped(np.concatenate([often, rare]), 13, ClusterLimits(clusters=10))
    assert clusters.all()[0].size >= 5


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1_000), st.integers(1, 12), st.integers(1, 40), st.integers(1, 20), st.floats(0.0, 0.6))
def test_no_question_is_lost_or_counted_twice(
    seed: int, matters: int, questions: int, window: int, spread: float
) -> None:
    rows, _ = scattered(seed, matters, questions, spread)
    clusters = grouped(rows, window)
    links = [link.call_id for cluster in clusters.all() for link in cluster.links]
    assert sorted(links) == sorted(f"call-{n}" for n in range(questions))
    assert sum(cluster.size for cluster in clusters.all()) == questions
