"""All of the desk's API over one floor."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.desk import DeskApi
from dashboard.api.desk_after import DeskAfterApi
from dashboard.api.desk_call import DeskCallApi
from dashboard.api.desk_care import CallbackApi, HarassmentApi
from dashboard.api.desk_sound import DeskSoundApi
from dashboard.auth.audit import Audit
from dashboard.auth.unmasking import Unmasking
from dashboard.desk.dispositions import Dispositions
from dashboard.desk.drafting import Drafting
from dashboard.desk.floor import DeskFloor


def desk_routers(floor: DeskFloor, dispositions: Dispositions, unmasking: Unmasking, audit: Audit) -> list[APIRouter]:
    """One router a subject."""
    records, work, mask = floor.records, floor.work, floor.mask
    drafting = Drafting(records.drafts, mask)
    return [
        DeskApi(records.desk, work, floor.board, floor.pops, floor.callbacks, floor.hub, unmasking, audit).router(),
        DeskCallApi(work, floor.live, floor.suggester, records.votes, mask, floor.hub, audit).router(),
        DeskSoundApi(work, audit).router(),
        DeskAfterApi(work, records, dispositions, drafting, mask, audit).router(),
        HarassmentApi(work, floor.harassment, records, audit).router(),
        CallbackApi(floor.callbacks, records, audit).router(),
    ]
