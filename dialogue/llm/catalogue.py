"""The models that a company may use, by name: where each runs, whose it is, and what it may cost (`models.yaml`)."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from dialogue.llm.addresses import host_of, is_on_premises
from dialogue.llm.config_errors import ModelConfigError, read_config
from dialogue.llm.purpose import Place


class ModelKind(StrEnum):
    """How a model is asked."""

    EMBEDDED = "embedded"
    OPENAI = "openai"


class BudgetLimits(BaseModel):
    """What a model may be used for in a day and in a month; a limit that is not written does not hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_day: Annotated[int, Field(ge=1)] | None = Field(None, description="1日に依頼できる回数（整数）")
    requests_per_month: Annotated[int, Field(ge=1)] | None = Field(None, description="1か月に依頼できる回数（整数）")
    tokens_per_day: Annotated[int, Field(ge=1)] | None = Field(None, description="1日に使えるトークン数（整数）")
    tokens_per_month: Annotated[int, Field(ge=1)] | None = Field(None, description="1か月に使えるトークン数（整数）")
    yen_per_month: Annotated[float, Field(gt=0)] | None = Field(None, description="1か月に使える金額（円）")


class ModelCard(BaseModel):
    """One model. Times in seconds, `context` in tokens, the price in yen for 1,000 tokens read or written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="英小文字・数字・. _ - の名前（例 tsuzumi-2）")
    kind: ModelKind = Field(description='"openai"（OpenAI互換API）か "embedded"（組み込み）')
    model: str = Field(min_length=1, description="接続先でのモデル名、または組み込みモデル名")
    place: Place = Field(description='"in_process"、"on_premises"、"outside" のいずれか')
    base_url: str = Field("", description="OpenAI互換APIのURL（例 http://10.0.0.5:8000/v1）")
    api_key_env: str | None = Field(None, min_length=1, description="APIキーを入れた環境変数の名前")
    country: str = Field(min_length=1, description="動く場所の国（例 日本）")
    licence: str = Field(min_length=1, description="ライセンス（分からなければ「契約内容をご確認ください」）")
    vendor: str = Field(min_length=1, description="提供元の名前")
    note: str = Field("", description="このモデルの説明（モデルカード）")
    enabled: bool = Field(True, description="true か false")
    context: Annotated[int, Field(ge=512)] = Field(4096, description="512 以上の整数（トークン数）")
    timeout_s: Annotated[float, Field(gt=0, le=300)] = Field(60.0, description="0 より大きく 300 までの秒数")
    concurrency: Annotated[int, Field(ge=1, le=256)] = Field(4, description="1〜256 の整数（同時に依頼できる数）")
    yen_per_1k_tokens: Annotated[float, Field(ge=0)] | None = Field(None, description="1,000トークンあたりの円")
    budget: BudgetLimits = Field(BudgetLimits(), description="使用量の上限")

    @model_validator(mode="after")
    def _is_whole(self) -> ModelCard:
        if (self.kind is ModelKind.EMBEDDED) != (self.place is Place.IN_PROCESS):
            raise ValueError('kind が "embedded" のモデルだけが place: in_process です。組み合わせを直してください。')
        if self.kind is ModelKind.OPENAI and host_of(self.base_url) is None:
            raise ValueError(
                f"base_url {self.base_url!r} は使えません。http://10.0.0.5:8000/v1 の形で書いてください。"
                "ユーザー名や ? を含むURLは使えません。"
            )
        if self.budget.yen_per_month is not None and self.yen_per_1k_tokens is None:
            raise ValueError("budget.yen_per_month を使うときは、yen_per_1k_tokens も書いてください。")
        return self


class CatalogueFile(BaseModel):
    """What stands in `models.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on_premises_hosts: tuple[str, ...] = Field((), description="構内にあるサーバーの名前の並び")
    models: tuple[ModelCard, ...] = Field((), description="モデルの並び")

    @field_validator("models")
    @classmethod
    def _says_the_truth(cls, cards: tuple[ModelCard, ...], info: ValidationInfo) -> tuple[ModelCard, ...]:
        check_cards(cards, info.data.get("on_premises_hosts", ()))
        return cards


class Catalogue:
    """Cards by name. A card outside is off unless its name is in `outside_allowed`; so is one not `enabled`.

    Raises `ModelConfigError` when `outside_allowed` names a card that is not there or is not outside.
    """

    def __init__(self, cards: Iterable[ModelCard], outside_allowed: Collection[str] = ()) -> None:
        self._cards = {card.name: card for card in cards}
        self._allowed = frozenset(outside_allowed)
        for name in sorted(self._allowed):
            if self[name].place is not Place.OUTSIDE:
                raise ModelConfigError(
                    f"設定 llm.outside_allowed の「{name}」は社外のモデルではありません。この名前を外してください。"
                )

    def __iter__(self) -> Iterator[ModelCard]:
        return iter(self._cards.values())

    def __contains__(self, name: object) -> bool:
        return name in self._cards

    def __getitem__(self, name: str) -> ModelCard:
        if name not in self._cards:
            raise ModelConfigError(unknown_name(name, self._cards))
        return self._cards[name]

    def is_on(self, name: str) -> bool:
        """Whether the model may be asked at all. Raises `ModelConfigError` for a name that is not there."""
        card = self[name]
        return card.enabled and (card.place is not Place.OUTSIDE or name in self._allowed)

    @property
    def switched_on(self) -> tuple[ModelCard, ...]:
        """The cards that may be asked, in their order."""
        return tuple(card for card in self if self.is_on(card.name))


def read_cards(file: Path) -> tuple[ModelCard, ...]:
    """The cards of a `models.yaml`. Raises `ModelConfigError`."""
    return read_config(file, CatalogueFile).models


def check_cards(cards: Iterable[ModelCard], on_premises_hosts: Collection[str]) -> None:
    """Refuse (`ValueError`) two cards of one name, and a card that claims to run here at a foreign address."""
    seen: set[str] = set()
    for card in cards:
        if card.name in seen:
            raise ValueError(f"「{card.name}」が二つあります。名前を変えてください。")
        seen.add(card.name)
        host = host_of(card.base_url)
        if card.place is Place.ON_PREMISES and host is not None and not is_on_premises(host, on_premises_hosts):
            raise ValueError(
                f"「{card.name}」は place: on_premises ですが、{host} は構内のアドレスではありません。"
                "社外のサーバーなら place: outside と書いてください。"
                f"構内のサーバーなら on_premises_hosts に {host} を書き足してください。"
            )


def unknown_name(name: str, known: Iterable[str]) -> str:
    """A sentence for a model's name that nobody knows."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"「{near[0]}」のことでしょうか。" if near else f"使えるのは {'、'.join(names) or 'ありません'} です。"
    return f"「{name}」というモデルはありません。{hint}models.yaml の name をご確認ください。"
