"""The head that reads from an embedding whether the turn ends: its weights, its bounds, its file."""

from pathlib import Path

import numpy as np
import pytest

from voice.turn.sound_head import LIMIT, SoundHead, SoundHeadError, shared_sound_head
from voice.turn.train_sound_head import Sounds, fit_head, fold_heads


def made(clips: int = 60) -> Sounds:
    """Ends lie on one side of the first number; the second is noise."""
    random = np.random.default_rng(0)
    ended = np.arange(2 * clips) % 2 == 0
    embeddings = random.normal(0.0, 1.0, (2 * clips, 2)).astype(np.float32)
    embeddings[:, 0] += np.where(ended, 3.0, -3.0)
    names = np.array([str(n // 2) for n in range(2 * clips)])
    return Sounds(embeddings, ended, names, np.ones(2 * clips, dtype=np.float32))


def test_it_learns_what_ends_sound_like_and_not_the_noise() -> None:
    head = fit_head(made(), stiffness=1.0)
    assert head.log_odds(np.array([3.0, 0.0], np.float32)) > 2.0
    assert head.log_odds(np.array([-3.0, 0.0], np.float32)) < -2.0
    assert abs(head.weights[1]) < 0.2 * head.weights[0]


def test_one_sound_cannot_weigh_without_bound() -> None:
    head = SoundHead(np.ones(2, np.float32), 0.0)
    assert head.log_odds(np.array([1e6, 0.0], np.float32)) == LIMIT


def test_every_clip_has_a_head_that_was_not_taught_by_it() -> None:
    sounds = made()
    heads = fold_heads(sounds, folds=3)
    without = np.array([heads.folds[clip] != heads.folds["7"] for clip in sounds.clips.tolist()])
    assert np.array_equal(heads.of("7").weights, fit_head(sounds.where(without)).weights)


def test_the_weights_survive_the_file(tmp_path: Path) -> None:
    head = SoundHead(np.array([0.25, -1.5], np.float32), 0.5)
    head.save(tmp_path / "head.npz", {"made_by": "a test"})
    read = SoundHead.load(tmp_path / "head.npz")
    assert np.array_equal(read.weights, head.weights)
    assert read.bias == head.bias


def test_a_damaged_file_is_told_in_japanese(tmp_path: Path) -> None:
    path = tmp_path / "head.npz"
    path.write_bytes(b"no weights")
    with pytest.raises(SoundHeadError, match="インストールし直して"):
        SoundHead.load(path)


def test_the_shipped_weights_read_what_smart_turn_gives() -> None:
    assert shared_sound_head().weights.shape == (768,)
