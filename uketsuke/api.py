"""Every part of the API over the parts of the service: one function a room, one line here."""

from __future__ import annotations

from fastapi import APIRouter

from uketsuke.api_calls import calls_routers
from uketsuke.api_desk import desk_routers_of
from uketsuke.api_faq import faq_routers
from uketsuke.api_figures import figures_routers
from uketsuke.api_improve import improve_routers
from uketsuke.api_people import people_routers
from uketsuke.api_start import start_routers
from uketsuke.api_trials import trials_routers
from uketsuke.api_trust import trust_routers
from uketsuke.api_tuning import tuning_routers
from uketsuke.parts import Parts


def api_routers(parts: Parts) -> list[APIRouter]:
    """What is mounted at `/api`."""
    return [
        *people_routers(parts),
        *calls_routers(parts),
        *desk_routers_of(parts),
        *figures_routers(parts),
        *faq_routers(parts),
        *tuning_routers(parts),
        *trust_routers(parts),
        *start_routers(parts),
        *trials_routers(parts),
        *improve_routers(parts),
    ]
