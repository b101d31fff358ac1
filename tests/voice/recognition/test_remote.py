"""The server of `/v1/audio/transcriptions` as seen from here: what is sent, what is believed, what goes wrong."""

from __future__ import annotations

import json
import socket

import numpy as np
import pytest

from tests.voice.recognition.transcription_server import TranscriptionServer, samples_of, served
from voice.recognition.engines import EngineSpec, build_recognizer
from voice.recognition.recognizer import RecognitionOptions
from voice.recognition.remote import RemoteRecognizer, RemoteRecognizerError


@pytest.fixture(scope="module")
def running(recognizer):
    server = TranscriptionServer(recognizer)
    with served(server) as base_url:
        yield server, base_url


@pytest.fixture
def server(running):
    server, _ = running
    server.verbose, server.body, server.status, server.holds = True, None, 200, False
    server.requests.clear()
    return server


@pytest.fixture
def remote(running, server):
    _, base_url = running
    remote = RemoteRecognizer(base_url, "whisper-1", api_key="鍵ではない".encode().hex(), timeout_s=30.0)
    yield remote
    remote.close()


@pytest.fixture
def hurried(running, server):
    _, base_url = running
    remote = RemoteRecognizer(base_url, "whisper-1", timeout_s=0.3)
    yield remote
    remote.close()


VOICE = np.random.default_rng(3).normal(0, 0.1, 16_000).astype(np.float32)


def said(text, **segment):
    return json.dumps({"text": text, "segments": [{"text": text, **segment}]}).encode()


def test_the_audio_arrives_as_16_bit_wav_of_16_khz(server, remote):
    server.body = said("はい", avg_logprob=-0.1, no_speech_prob=0.01)
    remote.transcribe(VOICE)
    assert np.max(np.abs(samples_of(server.requests[0]["wav"]) - VOICE)) <= 1 / 32767


def test_language_model_key_and_hotwords_are_sent(server, remote):
    server.body = said("はい", avg_logprob=-0.1, no_speech_prob=0.01)
    remote.transcribe(VOICE, RecognitionOptions(hotwords=("みなと光", "解約")))
    request = server.requests[0]
    assert (request["language"], request["model"]) == ("ja", "whisper-1")
    assert request["prompt"] == "みなと光、解約"
    assert request["authorization"].startswith("Bearer ")


def test_without_hotwords_no_prompt_is_sent(server, remote):
    server.body = said("はい", avg_logprob=-0.1, no_speech_prob=0.01)
    remote.transcribe(VOICE)
    assert "prompt" not in server.requests[0]


def test_silence_is_not_sent_at_all(server, remote):
    remote.transcribe(np.zeros(16_000, dtype=np.float32))
    assert server.requests == []


def test_the_servers_evidence_becomes_the_transcripts(server, remote):
    server.body = said("はい", avg_logprob=-0.25, no_speech_prob=0.05)
    heard = remote.transcribe(VOICE)
    assert (heard.text, heard.no_speech_probability) == ("はい", 0.05)
    assert heard.confidence == pytest.approx(np.exp(-0.25))


def test_the_same_guards_judge_what_a_server_invents(server, remote):
    server.body = said("ご視聴ありがとうございました", avg_logprob=-0.9, no_speech_prob=0.4)
    heard = remote.transcribe(VOICE)
    assert (heard.text, heard.rejected) == ("", "known_invention")
    assert heard.raw_text == "ご視聴ありがとうございました"


def test_a_server_that_tells_no_evidence_is_not_believed_the_improbable(server, remote):
    server.body = json.dumps({"text": "ご視聴ありがとうございました"}).encode()
    assert remote.transcribe(VOICE).rejected == "known_invention"


def test_a_server_that_refuses_evidence_is_asked_for_it_only_once(server, remote, on_the_phone):
    server.verbose = False
    spoken = on_the_phone("解約したいです")
    first, second = remote.transcribe(spoken), remote.transcribe(spoken)
    assert first.text == second.text != ""
    assert [request["response_format"] for request in server.requests] == ["verbose_json", "json", "json"]


@pytest.mark.parametrize(
    "body",
    [b"", b"no JSON", b"[]", b"{}", b'{"text": 3}', b'{"text": "a", "segments": [1]}', b"\xff\xfe", b'"text"'],
)
def test_an_answer_of_any_shape_is_an_error_and_never_raises(server, remote, body):
    server.body = body
    heard = remote.transcribe(VOICE)
    assert (heard.text, heard.rejected) == ("", "remote_error")
    assert "返事を読み取れません" in remote.trouble


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_refusal_is_an_error_that_names_its_status(server, remote, status):
    server.status = status
    assert remote.transcribe(VOICE).rejected == "remote_error"
    assert f"HTTP {status} が返りました" in remote.trouble


def test_a_server_that_does_not_answer_ends_within_the_time_limit(server, hurried):
    server.holds = True
    heard = hurried.transcribe(VOICE)
    assert (heard.text, heard.rejected) == ("", "remote_timeout")
    assert "0.3 秒以内に返事がありません" in hurried.trouble


def test_a_server_that_is_not_there_ends_as_an_error():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    remote = RemoteRecognizer(f"http://127.0.0.1:{port}/v1", "whisper-1", timeout_s=5.0)
    heard = remote.transcribe(VOICE)
    remote.close()
    assert heard.rejected == "remote_error"
    assert "つながりません" in remote.trouble


def test_after_a_failure_the_next_request_is_tried_again(server, remote):
    server.status = 500
    remote.transcribe(VOICE)
    server.status, server.body = 200, said("はい", avg_logprob=-0.1, no_speech_prob=0.01)
    assert remote.transcribe(VOICE).text == "はい"
    assert remote.trouble is None


def test_warming_up_tells_in_japanese_what_to_check(server, remote):
    server.status = 401
    with pytest.raises(RemoteRecognizerError, match="APIキー"):
        remote.warm_up()


@pytest.mark.parametrize(("url", "model"), [("", "whisper-1"), ("だめ", "whisper-1"), ("http://127.0.0.1/v1", "")])
def test_an_address_that_makes_no_sense_is_refused_at_once(url, model):
    with pytest.raises(RemoteRecognizerError, match="URL"):
        build_recognizer(EngineSpec(kind="openai", model=model, base_url=url))


def test_a_closed_engine_gives_an_error_and_never_raises(server, remote):
    remote.close()
    remote.close()
    assert remote.transcribe(VOICE).rejected == "remote_error"
