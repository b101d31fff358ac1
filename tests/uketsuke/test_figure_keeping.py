"""Facts are kept again and again: at once while there is more, and a failure is no end."""

import asyncio

from tests.virtual_time import run_virtually
from uketsuke.figure_keeping import BREATH_S, POLL_S, FigureKeeping


def test_it_keeps_at_once_while_there_is_more_and_then_waits() -> None:
    asked: list[float] = []

    async def scenario() -> None:
        async def keep_up() -> int:
            asked.append(asyncio.get_running_loop().time())
            return 500 if len(asked) < 3 else 0

        keeping = FigureKeeping(keep_up)
        keeping.start()
        keeping.start()
        await asyncio.sleep(POLL_S + 5)
        await keeping.close()

    run_virtually(scenario())
    assert [round(at - asked[0], 3) for at in asked] == [0, BREATH_S, 2 * BREATH_S, 2 * BREATH_S + POLL_S]


def test_a_failure_is_tried_again() -> None:
    asked: list[int] = []

    async def scenario() -> None:
        async def keep_up() -> int:
            asked.append(1)
            raise OSError("locked")

        keeping = FigureKeeping(keep_up)
        keeping.start()
        await asyncio.sleep(2.5 * POLL_S)
        await keeping.close()

    run_virtually(scenario())
    assert len(asked) == 3
