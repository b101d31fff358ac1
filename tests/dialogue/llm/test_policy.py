"""policy.yaml: purpose and confidentiality in, models out; what is not written is denied."""

from pathlib import Path

import pytest

from dialogue.llm.catalogue import Catalogue
from dialogue.llm.config_errors import ModelConfigError
from dialogue.llm.policy import ModelPolicy, default_policy, read_policy
from dialogue.llm.purpose import Confidentiality, Place, Purpose
from tests.dialogue.llm.models import card

CATALOGUE = Catalogue([card("embedded", Place.IN_PROCESS), card("tsuzumi-2"), card("far", Place.OUTSIDE)])


def read(folder: Path, text: str) -> ModelPolicy:
    file = folder / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    return read_policy(file, CATALOGUE)


def test_models_come_in_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    policy = read(tmp_path, "purposes: {route: {public: [far, tsuzumi-2, embedded]}}")
    assert policy.permitted(Purpose.ROUTE, Confidentiality.PUBLIC) == ("far", "tsuzumi-2", "embedded")


@pytest.mark.parametrize("text", ["", "purposes: {}", "purposes: {route: {public: [embedded]}}"])
def test_what_is_not_written_is_denied(tmp_path: Path, text: str) -> None:
    policy = read(tmp_path, text)
    assert policy.permitted(Purpose.ROUTE, Confidentiality.PERSONAL) == ()
    assert policy.permitted(Purpose.SUMMARY, Confidentiality.PUBLIC) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("purposes: {route: {public: [tsuzumi2]}}", "「tsuzumi-2」のことでしょうか"),
        ("purposes: {route: {public: [far, far]}}", "二度"),
        ("purposes: {route: {secret: [tsuzumi-2]}}", "秘密の言葉には使えません"),
        ("purposes: {rout: {public: [far]}}", "route、rewrite"),
        ("purposes: {route: {pubic: [far]}}", "public、internal"),
        ("purpose: {}", "「purposes」のことでしょうか"),
        ("mask_on_premises: often", "true か false"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ModelConfigError, match=told):
        read(tmp_path, text)


def test_a_secret_may_be_permitted_to_a_model_in_the_process(tmp_path: Path) -> None:
    policy = read(tmp_path, "purposes: {route: {secret: [embedded]}}")
    assert policy.permitted(Purpose.ROUTE, Confidentiality.SECRET) == ("embedded",)


def test_by_default_one_model_hears_all_but_secrets_and_rewrites_nothing() -> None:
    policy = default_policy("embedded", Place.IN_PROCESS)
    for purpose in (Purpose.ROUTE, Purpose.COMPOSE, Purpose.SUMMARY, Purpose.MINE):
        assert policy.permitted(purpose, Confidentiality.PERSONAL) == ("embedded",)
        assert policy.permitted(purpose, Confidentiality.SECRET) == ()
    assert all(policy.permitted(Purpose.REWRITE, level) == () for level in Confidentiality)


def test_by_default_a_model_outside_hears_nothing_personal() -> None:
    policy = default_policy("far", Place.OUTSIDE)
    assert policy.permitted(Purpose.ROUTE, Confidentiality.INTERNAL) == ("far",)
    assert policy.permitted(Purpose.ROUTE, Confidentiality.PERSONAL) == ()
