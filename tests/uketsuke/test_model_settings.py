"""The settings, models.yaml and policy.yaml together."""

import shutil
from pathlib import Path

import pytest

from dialogue.llm.catalogue import Catalogue, read_cards
from dialogue.llm.policy import read_policy
from dialogue.llm.purpose import Confidentiality, Place, Purpose
from uketsuke.errors import UserError
from uketsuke.model_settings import ModelSetup, read_model_setup
from uketsuke.settings import LanguageModelSettings

SAMPLES = Path(__file__).parents[2] / "samples" / "models"


def setup(llm: LanguageModelSettings, company: Path, *outside: str) -> ModelSetup:
    told = read_model_setup(llm, company, outside)
    assert told is not None
    return told


def test_without_files_the_embedded_model_hears_all_but_secrets(tmp_path: Path) -> None:
    told = setup(LanguageModelSettings(), tmp_path)
    assert [(card.name, card.place) for card in told.in_use] == [("embedded", Place.IN_PROCESS)]
    assert told.policy.permitted(Purpose.ROUTE, Confidentiality.SECRET) == ()


def test_a_model_that_is_switched_off_needs_nothing(tmp_path: Path) -> None:
    assert read_model_setup(LanguageModelSettings(kind="off"), tmp_path) is None


def test_a_private_address_in_the_settings_is_used_as_before(tmp_path: Path) -> None:
    told = setup(LanguageModelSettings(kind="openai", base_url="http://10.0.0.5:8000/v1", model="m"), tmp_path)
    assert [(card.name, card.place) for card in told.in_use] == [("served", Place.ON_PREMISES)]


def test_a_foreign_address_in_the_settings_is_off_until_it_is_allowed(tmp_path: Path) -> None:
    llm = LanguageModelSettings(kind="openai", base_url="https://api.example.com/v1", model="m")
    assert setup(llm, tmp_path).in_use == ()
    allowed = setup(llm, tmp_path, "served")
    assert [(card.name, card.place) for card in allowed.in_use] == [("served", Place.OUTSIDE)]
    assert allowed.policy.permitted(Purpose.ROUTE, Confidentiality.PERSONAL) == ()


def test_a_mistake_in_a_file_is_a_sentence_for_people(tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text("modles: []")
    with pytest.raises(UserError, match="「models」のことでしょうか"):
        read_model_setup(LanguageModelSettings(), tmp_path)


def test_the_ready_examples_load_and_send_nothing_anywhere(tmp_path: Path) -> None:
    for name in ("models.yaml", "policy.yaml"):
        shutil.copy(SAMPLES / name, tmp_path / name)
    told = setup(LanguageModelSettings(), tmp_path)
    assert [card.name for card in told.in_use] == ["embedded"]
    assert {"tsuzumi-2", "cotomi", "sarashina", "takane", "plamo", "vllm", "ollama", "llama-cpp"} <= {
        card.name for card in told.catalogue
    }


def test_the_examples_name_places_countries_and_licences() -> None:
    for card in read_cards(SAMPLES / "models.yaml"):
        assert card.country
        assert card.licence
        assert card.vendor
        assert card.place in (Place.ON_PREMISES, Place.OUTSIDE)
        assert not card.enabled


def test_an_example_is_used_once_it_is_enabled(tmp_path: Path) -> None:
    text = (SAMPLES / "models.yaml").read_text(encoding="utf-8").replace("enabled: false", "enabled: true")
    (tmp_path / "models.yaml").write_text(text, encoding="utf-8")
    shutil.copy(SAMPLES / "policy.yaml", tmp_path)
    assert [card.name for card in setup(LanguageModelSettings(), tmp_path).in_use] == ["embedded", "tsuzumi-2"]
    catalogue = Catalogue(read_cards(tmp_path / "models.yaml"))
    assert not catalogue.is_on("outside-example")
    with pytest.raises(ValueError, match="embedded"):
        read_policy(tmp_path / "policy.yaml", catalogue)
