"""Which models may be asked, for what, with how confidential words (`policy.yaml`). What is not written is denied."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dialogue.llm.catalogue import Catalogue, unknown_name
from dialogue.llm.config_errors import ModelConfigError, read_config
from dialogue.llm.purpose import Confidentiality, Place, Purpose


class PolicyFile(BaseModel):
    """What stands in `policy.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purposes: Mapping[Purpose, Mapping[Confidentiality, tuple[str, ...]]] = Field(
        default_factory=dict,
        description="route、rewrite、compose、summary、mine の下に public、internal、personal、secret と"
        "モデル名の並び（例 route: {public: [embedded]}）",
    )
    mask_on_premises: bool = Field(False, description="true か false（構内のサーバーにも個人情報を伏せて送るか）")
    topics: Mapping[Confidentiality, tuple[str, ...]] = Field(
        default_factory=dict, description="public、internal、personal、secret の下に言葉の並び"
    )


class ModelPolicy:
    """Purpose and confidentiality in, models out, in the order in which they are asked.

    `rows` is the table; `topics` adds words to those that raise a turn's confidentiality. With
    `mask_on_premises`, personal data is masked before servers on the premises too.
    """

    def __init__(
        self,
        rows: Mapping[Purpose, Mapping[Confidentiality, tuple[str, ...]]],
        mask_on_premises: bool = False,
        topics: Mapping[Confidentiality, tuple[str, ...]] | None = None,
    ) -> None:
        self._rows = rows
        self.mask_on_premises = mask_on_premises
        self.topics: Mapping[Confidentiality, tuple[str, ...]] = topics or {}

    def permitted(self, purpose: Purpose, confidentiality: Confidentiality) -> tuple[str, ...]:
        """The names, in order; empty where nothing is written."""
        return self._rows.get(purpose, {}).get(confidentiality, ())

    @property
    def names(self) -> frozenset[str]:
        """Every model that is permitted for something."""
        return frozenset(name for row in self._rows.values() for names in row.values() for name in names)

    def check(self, catalogue: Catalogue) -> None:
        """Raises `ModelConfigError` for a name that is unknown or twice in a row, and for secrets sent to a server."""
        wrong = [
            f"policy.yaml の purposes.{purpose.value}.{level.value}: {what}"
            for purpose, row in self._rows.items()
            for level, names in row.items()
            for what in _mistakes(names, level, catalogue)
        ]
        if wrong:
            raise ModelConfigError("\n".join(wrong))


def read_policy(file: Path, catalogue: Catalogue) -> ModelPolicy:
    """Read and check a `policy.yaml`. Raises `ModelConfigError`."""
    told = read_config(file, PolicyFile)
    policy = ModelPolicy(told.purposes, told.mask_on_premises, told.topics)
    policy.check(catalogue)
    return policy


def default_policy(name: str, place: Place) -> ModelPolicy:
    """One model for every purpose but rewriting, which a small model gets wrong more often than right.

    A model here is asked with personal words too, one outside only with others; no model is told a secret.
    """
    levels = [Confidentiality.PUBLIC, Confidentiality.INTERNAL]
    if place is not Place.OUTSIDE:
        levels.append(Confidentiality.PERSONAL)
    row = dict.fromkeys(levels, (name,))
    return ModelPolicy({purpose: row for purpose in Purpose if purpose is not Purpose.REWRITE})


def _mistakes(names: tuple[str, ...], level: Confidentiality, catalogue: Catalogue) -> list[str]:
    wrong = [unknown_name(name, (card.name for card in catalogue)) for name in names if name not in catalogue]
    if len(set(names)) < len(names):
        wrong.append("同じモデルが二度書かれています。一つにしてください。")
    if level is Confidentiality.SECRET:
        wrong += [
            f"「{name}」はこのプロセスの外で動くため、秘密の言葉には使えません。ここから外してください。"
            for name in names
            if name in catalogue and catalogue[name].place is not Place.IN_PROCESS
        ]
    return wrong
