"""How well the grouping does on questions it was not set on: other trades, nobody's answer to help."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from dialogue.mining.calls import Asked, TurnLink
from dialogue.mining.clusters import Cluster, Clusters
from dialogue.mining.space import QuestionSpace
from tests.dialogue.mining.scene import background, embedder, reader

SHORTEST = 3


@functools.cache
def held() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "held_matters.yaml").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def groups() -> list[Cluster]:
    """The groups large enough to become drafts, of all the questions in one mixed window."""
    matters: dict[str, list[str]] = held()["matters"]
    asked = [(name, texts[n]) for n in range(6) for name, texts in matters.items()]
    asked += [(f"once{n}", text) for n, text in enumerate(held()["once"])]
    questions = [Asked(TurnLink(f"{name}-{n}", 1), text) for n, (name, text) in enumerate(asked)]
    clusters = Clusters()
    clusters.add(questions, QuestionSpace(embedder(), reader(), background()).rows(questions))
    return [cluster for cluster in clusters.all() if cluster.size >= SHORTEST]


def matters_of(cluster: Cluster) -> Counter[str]:
    return Counter(link.call_id.rpartition("-")[0] for link in cluster.links)


def test_of_a_hundred_questions_in_groups_at_least_85_are_of_their_groups_matter() -> None:
    best = [matters_of(cluster).most_common(1)[0][1] for cluster in groups()]
    assert sum(best) / sum(cluster.size for cluster in groups()) >= 0.85


def test_of_a_hundred_questions_that_came_up_again_at_least_85_are_in_their_matters_group() -> None:
    gathered: Counter[str] = Counter()
    for cluster in groups():
        name, questions = matters_of(cluster).most_common(1)[0]
        gathered[name] = max(gathered[name], questions)
    matters: dict[str, list[str]] = held()["matters"]
    assert sum(gathered[name] for name in matters) / sum(map(len, matters.values())) >= 0.85


def test_what_was_asked_once_makes_no_group() -> None:
    assert not [c for c in groups() if all(name.startswith("once") for name in matters_of(c))]
