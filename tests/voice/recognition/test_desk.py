"""The desk: utterances of several calls through one pool to a real recogniser. One worker, held until all wait."""

from __future__ import annotations

import asyncio
import threading

import pytest

from voice.pool import InferencePool, PoolClosedError, Priority
from voice.recognition.desk import RecognitionDesk
from voice.recognition.recognizer import RecognitionOptions

PATIENCE_S = 60.0


class Alone:
    """The same recogniser for one utterance at a time."""

    def __init__(self, recognizer):
        self.recognizer = recognizer

    @property
    def name(self):
        return self.recognizer.name

    def transcribe(self, samples, options=RecognitionOptions()):
        return self.recognizer.transcribe(samples, options)


@pytest.fixture
async def pool():
    pool = InferencePool(workers=1, shed_after_s=60.0)
    yield pool
    await asyncio.to_thread(pool.close)


@pytest.fixture
async def let_go(pool):
    """The worker is busy until this is called."""
    gate, began = threading.Event(), threading.Event()

    def hold():
        began.set()
        gate.wait(PATIENCE_S)

    holding = pool.submit(hold, Priority.FINAL)
    await asyncio.to_thread(began.wait, PATIENCE_S)
    yield gate.set
    gate.set()
    await holding.result()


@pytest.fixture(scope="module")
def spoken(on_the_phone):
    return [on_the_phone(text) for text in ("料金を教えてください", "はい", "住所を変更したいです")]


async def test_what_waits_of_several_calls_is_recognised_in_one_batch(recognizer, pool, let_go, spoken):
    desk = RecognitionDesk(recognizer, pool)
    pending = [desk.submit(samples, RecognitionOptions(), Priority.FINAL) for samples in spoken]
    let_go()
    heard = [await job.result() for job in pending]
    assert [transcript.text for transcript in heard] == [recognizer.transcribe(samples).text for samples in spoken]
    assert pool.gauge().batch_sizes == {1: 1, 3: 1}


async def test_a_partial_shares_no_batch_and_comes_after_the_finals(recognizer, pool, let_go, spoken):
    desk, ended = RecognitionDesk(recognizer, pool), []
    priorities = (Priority.PARTIAL, Priority.SPECULATIVE, Priority.FINAL)
    jobs = [
        desk.submit(samples, RecognitionOptions(), priority)
        for samples, priority in zip(spoken, priorities, strict=True)
    ]
    for job, priority in zip(jobs, priorities, strict=True):
        job.future.add_done_callback(lambda _, priority=priority: ended.append(priority))
    let_go()
    await jobs[0].result()
    assert ended == [Priority.FINAL, Priority.SPECULATIVE, Priority.PARTIAL]
    assert pool.gauge().batch_sizes == {1: 2, 2: 1}


async def test_different_hotwords_of_equal_length_still_share_a_batch(recognizer, pool, let_go, spoken):
    desk = RecognitionDesk(recognizer, pool)
    words = [("解約",), ("住所",)]
    assert recognizer.tokens_of(words[0][0]) == recognizer.tokens_of(words[1][0])
    pending = [desk.submit(spoken[2], RecognitionOptions(hotwords=hotwords), Priority.FINAL) for hotwords in words]
    let_go()
    for job, hotwords in zip(pending, words, strict=True):
        alone = recognizer.transcribe(spoken[2], RecognitionOptions(hotwords=hotwords))
        assert (await job.result()).text == alone.text
    assert pool.gauge().batch_sizes == {1: 1, 2: 1}


async def test_a_speculation_that_becomes_a_final_goes_before_other_speculation(recognizer, pool, let_go, spoken):
    desk, ended = RecognitionDesk(Alone(recognizer), pool), []
    first, second = (desk.submit(samples, RecognitionOptions(), Priority.SPECULATIVE) for samples in spoken[:2])
    first.future.add_done_callback(lambda _: ended.append("first"))
    second.future.add_done_callback(lambda _: ended.append("second"))
    second.raise_to(Priority.FINAL)
    let_go()
    await first.result()
    assert ended == ["second", "first"]


async def test_a_recogniser_without_batches_is_asked_one_by_one(recognizer, pool, let_go, spoken):
    desk = RecognitionDesk(Alone(recognizer), pool)
    pending = [desk.submit(samples, RecognitionOptions(), Priority.FINAL) for samples in spoken[:2]]
    let_go()
    assert all([(await job.result()).text for job in pending])
    assert pool.gauge().batch_sizes == {1: 3}


async def test_what_is_cancelled_is_not_recognised(recognizer, pool, let_go, spoken):
    desk = RecognitionDesk(recognizer, pool)
    dropped = desk.submit(spoken[0], RecognitionOptions(), Priority.SPECULATIVE)
    kept = desk.submit(spoken[1], RecognitionOptions(), Priority.SPECULATIVE)
    dropped.cancel()
    let_go()
    await kept.result()
    assert pool.gauge().batch_sizes == {1: 2}


async def test_past_its_deadline_an_utterance_is_given_up(recognizer, pool, let_go, spoken):
    job = RecognitionDesk(recognizer, pool).submit(spoken[0], RecognitionOptions(), Priority.FINAL, deadline_s=0.0)
    with pytest.raises(TimeoutError):
        await job.result()


async def test_a_closed_pool_takes_no_utterance(recognizer, spoken):
    pool = InferencePool(workers=1)
    pool.close()
    with pytest.raises(PoolClosedError):
        RecognitionDesk(recognizer, pool).submit(spoken[0], RecognitionOptions(), Priority.FINAL)
