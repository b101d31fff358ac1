"""What is learnt of a book is remembered for the same book, and for no other."""

import numpy as np

from dialogue.retrieval.learnt import Learner, Matrix

CLASSES = np.repeat(np.arange(3), 8)
NONE = np.zeros((0, 6), dtype=np.float32)
NOBODY = np.zeros(0, dtype=np.int64)


def rows(seed: int) -> Matrix:
    made = np.random.default_rng(seed).normal(size=(24, 6)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def test_the_same_texts_are_learnt_once() -> None:
    learner = Learner()
    first = learner.classifier(rows(1), CLASSES, 3, NONE, NOBODY)
    assert learner.classifier(rows(1), CLASSES, 3, NONE, NOBODY) is first


def test_other_texts_owners_and_denials_are_learnt_anew() -> None:
    learner = Learner()
    first = learner.classifier(rows(1), CLASSES, 3, NONE, NOBODY)
    assert learner.classifier(rows(2), CLASSES, 3, NONE, NOBODY) is not first
    assert learner.classifier(rows(1), CLASSES[::-1].copy(), 3, NONE, NOBODY) is not first
    denied = learner.classifier(rows(1), CLASSES, 3, rows(3)[:1], np.zeros(1, dtype=np.int64))
    assert denied is not first
    assert not np.array_equal(denied.scores(rows(4)[0]), first.scores(rows(4)[0]))


def test_only_the_last_few_are_remembered() -> None:
    learner = Learner()
    first = learner.classifier(rows(1), CLASSES, 3, NONE, NOBODY)
    for seed in range(2, 6):
        learner.classifier(rows(seed), CLASSES, 3, NONE, NOBODY)
    assert learner.classifier(rows(1), CLASSES, 3, NONE, NOBODY) is not first
