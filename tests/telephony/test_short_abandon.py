"""Who rings off before the agent's first sound was not answered: the figures have to know."""

from __future__ import annotations

from records.models import KpiEvent
from telephony.protocols.line import MediaStopped
from tests.telephony.stage import Stage
from tests.telephony.test_call import played


def test_a_caller_who_rings_off_before_the_first_sound_is_a_short_abandon() -> None:
    async def play(stage: Stage) -> None:
        stage.post(MediaStopped())
        await stage.ended_by()

    assert len(played(Stage, play).kpis(KpiEvent.SHORT_ABANDON)) == 1


def test_a_caller_who_has_heard_the_agent_is_none() -> None:
    async def play(stage: Stage) -> None:
        await stage.until_ms(1_500)
        stage.post(MediaStopped())
        await stage.ended_by()

    assert played(Stage, play).kpis(KpiEvent.SHORT_ABANDON) == []
