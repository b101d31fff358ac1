"""What a company can show of the agent: which hosts it opened, which models it uses and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from records.hosts import HostRepository

Reader = Annotated[Principal, needs(Permission.TRUST_READ)]


@dataclass(frozen=True)
class ModelSheet:
    """One model as it is shown: `state` says whether it is in use, `limits` what it must not be trusted with."""

    name: str
    title: str
    job: str
    place: str
    country: str
    maker: str
    licence: str
    state: str
    limits: str = ""
    measured: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Outlet:
    """One thing in the settings that may open a connection, and to where. None of them is on by default."""

    purpose: str
    address: str
    inside: bool


class TransparencyApi:
    """Reads only."""

    def __init__(
        self,
        hosts: HostRepository,
        models: Callable[[], Sequence[ModelSheet]],
        outlets: Callable[[], Sequence[Outlet]],
        version: str,
    ) -> None:
        self._hosts = hosts
        self._models = models
        self._outlets = outlets
        self._version = version

    def router(self) -> APIRouter:
        """The endpoints."""
        router = APIRouter(prefix="/transparency", tags=["透明性"])
        router.add_api_route("/hosts", self._get_hosts, summary="これまでに接続した相手と、設定にある接続先")
        router.add_api_route("/models", self._get_models, summary="使っているモデルとその性質")
        return router

    async def _get_hosts(self, who: Reader) -> dict[str, Any]:
        opened = await self._hosts.list()
        return {
            "opened": [asdict(each) for each in opened],
            "configured": [asdict(each) for each in self._outlets()],
            "version": self._version,
        }

    async def _get_models(self, who: Reader) -> dict[str, Any]:
        return {"models": [asdict(each) for each in self._models()]}
