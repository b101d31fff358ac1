"""What a language model is asked for, how confidential the words are, and where models run."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What a request is for."""

    ROUTE = "route"
    REWRITE = "rewrite"
    COMPOSE = "compose"
    SUMMARY = "summary"
    MINE = "mine"


class Confidentiality(StrEnum):
    """How confidential a turn is, from the least to the most."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SECRET = "secret"

    @property
    def rank(self) -> int:
        """0 for public, 3 for secret."""
        return list(Confidentiality).index(self)


class Place(StrEnum):
    """Where a model runs: in this process (or its child), on the company's premises, or outside."""

    IN_PROCESS = "in_process"
    ON_PREMISES = "on_premises"
    OUTSIDE = "outside"
