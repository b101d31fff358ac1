"""Which models there are and when each may be asked: from the settings, `models.yaml` and `policy.yaml`.

Both files lie in the company's folder and may be missing. The settings' own model is always a card, named
`embedded` or `served`; a card of that name in `models.yaml` stands in its place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialogue.llm.addresses import host_of, is_on_premises
from dialogue.llm.catalogue import Catalogue, ModelCard, ModelKind, read_cards
from dialogue.llm.config_errors import ModelConfigError
from dialogue.llm.policy import ModelPolicy, default_policy, read_policy
from dialogue.llm.purpose import Place
from uketsuke.errors import UserError
from uketsuke.settings import LanguageModelSettings

MODELS_FILE: Final = "models.yaml"
POLICY_FILE: Final = "policy.yaml"
_ASK: Final = "契約内容をご確認ください"


@dataclass(frozen=True)
class ModelSetup:
    """The cards, and the policy over them."""

    catalogue: Catalogue
    policy: ModelPolicy

    @property
    def in_use(self) -> tuple[ModelCard, ...]:
        """The cards that are switched on and permitted for something."""
        return tuple(card for card in self.catalogue.switched_on if card.name in self.policy.names)


def read_model_setup(
    llm: LanguageModelSettings, company: Path, outside_allowed: Collection[str] = ()
) -> ModelSetup | None:
    """Read it all; None when `llm.kind` is "off". Raises `UserError` for what a person can mend.

    `outside_allowed` names the models outside that are switched on.
    """
    if llm.kind == "off":
        return None
    own = _own_card(llm)
    try:
        cards = read_cards(company / MODELS_FILE) if (company / MODELS_FILE).is_file() else ()
        if own.name not in {card.name for card in cards}:
            cards = (own, *cards)
        catalogue = Catalogue(cards, outside_allowed)
        first = catalogue[own.name]
        if not (company / POLICY_FILE).is_file():
            return ModelSetup(catalogue, default_policy(first.name, first.place))
        return ModelSetup(catalogue, read_policy(company / POLICY_FILE, catalogue))
    except ModelConfigError as error:
        raise UserError(str(error)) from error


def _own_card(llm: LanguageModelSettings) -> ModelCard:
    if llm.kind == "embedded":
        return ModelCard(
            name="embedded",
            kind=ModelKind.EMBEDDED,
            model=llm.model,
            place=Place.IN_PROCESS,
            country="このコンピューターの中",
            licence="`uketsuke models list` をご覧ください",
            vendor="組み込み",
        )
    host = host_of(llm.base_url)
    if host is None:
        raise UserError(
            f"設定 llm.base_url の {llm.base_url!r} は使えません。http://10.0.0.5:8000/v1 の形で書いてください。"
        )
    return ModelCard(
        name="served",
        kind=ModelKind.OPENAI,
        model=llm.model,
        base_url=llm.base_url,
        api_key_env=llm.api_key_env or None,
        place=Place.ON_PREMISES if is_on_premises(host) else Place.OUTSIDE,
        country=_ASK,
        licence=_ASK,
        vendor=_ASK,
    )
