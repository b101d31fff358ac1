"""The desk of one process, put together: built once, used by the calls (`room`) and by the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dashboard.desk.board import DeskBoard
from dashboard.desk.calling_back import CallingBack
from dashboard.desk.harassment import HarassmentDesk
from dashboard.desk.hub import DeskHub
from dashboard.desk.pop import ScreenPops
from dashboard.desk.seams import Desk
from dashboard.desk.suggesting import AT_LEAST, Suggester
from dashboard.desk.watch import DeskWatch
from dashboard.desk.work import DeskWork
from dashboard.desk_room import DeskRoom
from dashboard.faq_search import Search
from dashboard.transcript import LineMask
from records.store import Records
from telephony.live import LiveCalls


@dataclass(frozen=True)
class DeskOptions:
    """`suggest_at` is the probability from which an entry is suggested, `callback_within` a promise's length."""

    suggest_at: float = AT_LEAST
    callback_within: timedelta = timedelta(hours=2)


@dataclass(frozen=True)
class DeskFloor:
    """Everything of the desk. Its owner starts and closes `watch`."""

    records: Records
    live: LiveCalls
    mask: LineMask
    hub: DeskHub
    board: DeskBoard
    work: DeskWork
    pops: ScreenPops
    suggester: Suggester
    harassment: HarassmentDesk
    callbacks: CallingBack
    room: DeskRoom
    watch: DeskWatch

    @classmethod
    def of(
        cls,
        desk: Desk,
        records: Records,
        live: LiveCalls,
        mask: LineMask,
        search: Search,
        options: DeskOptions = DeskOptions(),
    ) -> DeskFloor:
        """The floor over the calls of `desk`."""
        hub = DeskHub()
        board = DeskBoard(records.desk, live, mask, hub)
        work = DeskWork(desk, records, board, hub)
        suggester = Suggester(search, options.suggest_at)
        harassment = HarassmentDesk(work, records, live, mask, hub)
        callbacks = CallingBack(records, mask, hub, options.callback_within)
        return cls(
            records=records,
            live=live,
            mask=mask,
            hub=hub,
            board=board,
            work=work,
            pops=ScreenPops(records, live, mask),
            suggester=suggester,
            harassment=harassment,
            callbacks=callbacks,
            room=DeskRoom(records.desk, board),
            watch=DeskWatch(live, desk, records, work, board, harassment, callbacks, suggester, hub),
        )
