"""The operators' desk over the parts of the service, and how a call's outcome is classified there."""

from __future__ import annotations

from datetime import timedelta

from dashboard.desk.dispositions import DispositionError, Dispositions, load_dispositions
from dashboard.desk.floor import DeskFloor, DeskOptions
from dashboard.faq_search import search_over
from dashboard.transcript import LineMask
from dialogue.privacy.finder import PersonalFinder
from records.store import Records
from telephony.desk import OperatorDesk
from telephony.live import LiveCalls
from uketsuke.errors import UserError
from uketsuke.minds import Minds
from uketsuke.places import Places
from uketsuke.settings import DeskSettings
from voice.pool import InferencePool, Priority


def build_desk_floor(
    settings: DeskSettings,
    desk: OperatorDesk,
    records: Records,
    live: LiveCalls,
    finder: PersonalFinder,
    minds: Minds,
    pool: InferencePool,
) -> DeskFloor:
    """The desk of this process. Whoever builds it starts and closes its `watch`."""
    search = search_over(minds.searcher, lambda find: pool.run(find, Priority.TURN))
    options = DeskOptions(settings.suggest_at, timedelta(minutes=settings.callback_within_min))
    return DeskFloor.of(desk, records, live, LineMask(finder), search, options)


def dispositions_of(places: Places) -> Dispositions:
    """The company's own list. Raises `UserError`."""
    try:
        return load_dispositions(places.company / "dispositions.yaml")
    except DispositionError as error:
        raise UserError(str(error)) from error
