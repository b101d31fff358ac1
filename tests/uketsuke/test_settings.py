"""The settings file: what is wrong is named with its file, section and key, and with what to write instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uketsuke.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def _nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings file of the developer's, no environment of the developer's."""
    monkeypatch.chdir(tmp_path)
    for name in ("UKETSUKE_CONFIG", "UKETSUKE_SERVER__PORT", "UKETSUKE_LLM__KIND", "UKETSUKE_RECORDS__FOLDER"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str) -> Path:
    file = folder / "uketsuke.toml"
    file.write_text(text, encoding="utf-8")
    return file


def complaint(file: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    return str(caught.value)


def test_without_a_file_the_service_starts_on_this_machine_alone() -> None:
    settings = load_settings()
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert not settings.dashboard.allow_remote


def test_a_file_in_the_folder_is_read_without_being_named(tmp_path: Path) -> None:
    written(tmp_path, "[server]\nport = 9000\n")
    assert load_settings().server.port == 9000


def test_the_environment_can_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("UKETSUKE_CONFIG", str(written(elsewhere, "[voice]\nspeed = 0.9\n")))
    assert load_settings().voice.speed == 0.9


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, '[server]\nport = 9000\nhost = "127.0.0.2"\n')
    monkeypatch.setenv("UKETSUKE_SERVER__PORT", "9100")
    settings = load_settings(file)
    assert (settings.server.port, settings.server.host) == (9100, "127.0.0.2")


@pytest.mark.parametrize(
    ("text", "section", "key", "what_to_write"),
    [
        ("[server]\nport = 70000", "server", "port", "1〜65535 の整数"),
        ('[server]\nport = "http"', "server", "port", "1〜65535 の整数"),
        ('[server]\npublic_url = "voice.example.jp"', "server", "public_url", "https://voice.example.jp"),
        ("[server]\nmax_calls = 0", "server", "max_calls", "1〜1000 の整数"),
        ("[server]\nmax_call_s = 5", "server", "max_call_s", "30〜7200 の秒数"),
        ("[company]\nfolder = 3", "company", "folder", "company.yaml と faq.yaml のあるフォルダ"),
        ('[voice]\nengine = "robot"', "voice", "engine", '"openjtalk" か "kokoro"'),
        ('[voice]\nkokoro_voice = "me"', "voice", "kokoro_voice", "Kokoroの声の名前"),
        ("[voice]\nspeed = 3", "voice", "speed", "0.5〜1.5 の数"),
        ('[recognition]\nmodel = ""', "recognition", "model", "whisper-base"),
        ('[recognition]\ndevice = "tpu"', "recognition", "device", '"cpu"、"cuda"、"auto"'),
        ("[recognition]\nworkers = 0", "recognition", "workers", "1〜64 の整数"),
        ("[twilio]\nauth_token = 1", "twilio", "auth_token", "Auth Token"),
        ('[llm]\nkind = "big"', "llm", "kind", '"embedded"、"openai"、"off"'),
        ('[llm]\nbase_url = "somewhere"', "llm", "base_url", "http://127.0.0.1:8000/v1"),
        ("[llm]\nroute_deadline_s = 60", "llm", "route_deadline_s", "0.1〜10 の秒数"),
        ('[records]\nrecord_audio = "maybe"', "records", "record_audio", "true か false"),
        ('[models]\nsources = ["cloud"]', "models", "sources", '["folder", "hub", "wheel"]'),
        ('[dashboard]\nallow_remote = "sometimes"', "dashboard", "allow_remote", "true か false"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_what_to_write(
    tmp_path: Path, text: str, section: str, key: str, what_to_write: str
) -> None:
    file = written(tmp_path, text)
    said = complaint(file)
    assert f"{file} の [{section}] {key}" in said
    assert f"UKETSUKE_{section.upper()}__{key.upper()}" in said
    assert what_to_write in said
    assert "を書いてください" in said


def test_an_unknown_key_is_told_with_the_one_that_is_near(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, "[server]\nprot = 8080"))
    assert "[server] prot という設定はありません" in said
    assert "「port」のことでしょうか" in said


def test_an_unknown_section_is_told_with_the_one_that_is_near(tmp_path: Path) -> None:
    assert "「server」のことでしょうか" in complaint(written(tmp_path, "[serber]\nport = 8080"))


def test_a_key_like_no_other_is_told_with_all_that_there_are(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, "[voice]\nzzz = 1"))
    assert "使えるのは engine、kokoro_voice、speed です" in said


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, '[server]\nport = 0\n[voice]\nengine = "robot"\nspeeed = 1'))
    assert len(said.splitlines()) == 3


def test_a_section_written_as_a_value_is_told(tmp_path: Path) -> None:
    assert "の server" in complaint(written(tmp_path, 'server = "here"'))


def test_a_wrong_value_in_the_environment_is_told_by_the_variables_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETSUKE_SERVER__PORT", "eighty")
    with pytest.raises(SettingsError, match="UKETSUKE_SERVER__PORT"):
        load_settings()


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    assert "TOMLとして読めません" in complaint(written(tmp_path, "port = = 1"))


def test_a_named_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "設定ファイル" in complaint(tmp_path / "missing.toml")


def test_an_openai_compatible_server_needs_its_address(tmp_path: Path) -> None:
    assert "base_url に接続先を書いてください" in complaint(written(tmp_path, '[llm]\nkind = "openai"'))


def test_the_carriers_token_never_shows_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETSUKE_TWILIO__AUTH_TOKEN", "very-secret")
    settings = load_settings()
    assert settings.twilio.auth_token == "very-secret"
    assert "very-secret" not in repr(settings)


def test_a_wrong_token_is_not_repeated_in_the_complaint(tmp_path: Path) -> None:
    assert "31415926" not in complaint(written(tmp_path, "[twilio]\nauth_token = 31415926"))


def test_a_recognition_server_needs_an_address(tmp_path: Path) -> None:
    said = complaint(written(tmp_path, '[recognition]\nengine = "openai"\n'))
    assert "[recognition] engine" in said
    assert "base_url に接続先を書いてください" in said


def test_the_workers_are_chosen_from_the_machine_unless_they_are_set(tmp_path: Path) -> None:
    chosen = load_settings().recognition.worker_count
    assert 1 <= chosen <= len(os.sched_getaffinity(0))
    assert load_settings(written(tmp_path, "[recognition]\nworkers = 5\n")).recognition.worker_count == 5
