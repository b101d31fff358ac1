"""Operators at their desks while somebody is on the telephone."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Locator, Page, expect

from tests.calls.likeness import reads_alike
from tests.pages.house import SPOKEN, House, Telephone
from voice.audio.pcm import Samples

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]
TYPED = "お電話代わりました。担当の佐藤でございます。"
AUDIBLE, READ_ALIKE = 0.01, 0.4


async def test_two_operators_accept_one_caller_and_one_of_them_gets_the_call(house: House) -> None:
    async with house.desk_of("sato") as first, house.desk_of("takahashi") as second:
        for desk in (first, second):
            await _be_available(desk)
        async with house.telephone("090-3333-0001") as phone:
            await _ask_for_a_person(phone)
            buttons = [desk.get_by_role("button", name="応対する").first for desk in (first, second)]
            for button in buttons:
                await expect(button).to_be_visible(timeout=15_000)
            await asyncio.gather(*(button.click() for button in buttons))
            talks = [desk.get_by_role("button", name="終話") for desk in (first, second)]
            await phone.until(lambda: bool(_joined(phone)), 10)
            won = await _winner(talks)
            winner, loser = (first, second) if won == 0 else (second, first)
            await expect(loser.get_by_role("button", name="応対する")).to_have_count(0)
            await _end(winner)
        await _finish(winner)
        for desk in (first, second):
            await _be_away(desk)


async def test_an_operator_types_and_speaks_and_the_caller_hears_both(house: House) -> None:
    async with house.desk_of("sato") as desk:
        await _be_available(desk)
        async with house.telephone("090-3333-0002") as phone:
            await _ask_for_a_person(phone)
            await desk.get_by_role("button", name="応対する").first.click()
            await expect(desk.get_by_role("button", name="終話")).to_be_visible(timeout=5_000)
            await _type(desk, TYPED)
            await phone.until(lambda: bool(_said(phone, "typed")), 10)
            await phone.hears_out()
            await desk.get_by_role("button", name="自分の声で話す").click()
            await phone.until(lambda: bool(_said(phone, "voice")), 25)
            await desk.get_by_role("button", name="声を止める").click()
            call_id = phone.call_id
            await _end(desk)
        await _finish(desk)
        await _be_away(desk)
    record = await _record(house, call_id)
    operator = [line for line in record["lines"] if line["who"] == "operator"]
    assert operator[0]["text"].startswith("お電話代わりました")
    spoken = next(line for line in operator[1:] if reads_alike(line["text"], SPOKEN) > READ_ALIKE)
    assert await _agent_channel_is_audible(house, record["recording"], spoken["at_ms"])


async def test_a_harassed_operator_has_the_caller_warned_and_the_supervisor_alarmed(house: House) -> None:
    async with house.desk_of("suzuki") as supervisor, house.desk_of("sato") as desk:
        await supervisor.goto("/desk")
        await _be_available(desk)
        async with house.telephone("090-3333-0003") as phone:
            await _ask_for_a_person(phone)
            await desk.get_by_role("button", name="応対する").first.click()
            await desk.get_by_role("button", name="カスハラ").click()
            await phone.until(lambda: "warned" in _operator_events(phone), 10)
            alarm = supervisor.get_by_role("alert", name="迷惑行為の報告")
            await expect(alarm).to_be_visible(timeout=10_000)
            await alarm.get_by_role("button", name="確かめる").first.click()
            await supervisor.get_by_role("button", name="確認済みにする").click()
            await _end(desk)
        await _finish(desk)
        await _be_away(desk)


async def _be_available(desk: Page) -> None:
    await desk.goto("/desk")
    await desk.get_by_role("group", name="状態を変える").get_by_role("button", name="受付可").click()


async def _be_away(desk: Page) -> None:
    await desk.get_by_role("group", name="状態を変える").get_by_role("button", name="離席").click()


async def _ask_for_a_person(phone: Telephone) -> None:
    await phone.skip_greeting()
    await phone.carrier.press("0")
    await phone.until(lambda: bool(phone.listener.of_kind("queued")), 40)


async def _type(desk: Page, words: str) -> None:
    box = desk.get_by_placeholder("例：お待たせいたしました", exact=False)
    await box.fill(words)
    await box.press("Enter")


async def _end(desk: Page) -> None:
    await desk.get_by_role("button", name="終話", exact=True).click()
    await desk.get_by_role("button", name="終話する").click()


async def _finish(desk: Page) -> None:
    await desk.get_by_label("応対結果").select_option(index=1)
    await desk.get_by_role("button", name="後処理を終える").click()
    await expect(desk.get_by_role("button", name="後処理を終える")).to_have_count(0, timeout=10_000)


async def _winner(talks: list[Locator]) -> int:
    """Which of the two desks has the call; the other one has not, also a second later."""
    async with asyncio.timeout(20):
        while not any([await talk.count() for talk in talks]):
            await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)
    have = [place for place, talk in enumerate(talks) if await talk.count()]
    assert len(have) == 1
    return have[0]


def _operator_events(phone: Telephone) -> list[str]:
    return [each["data"]["what"] for each in phone.listener.of_kind("operator")]


def _joined(phone: Telephone) -> bool:
    return "joined" in _operator_events(phone)


def _said(phone: Telephone, how: str) -> list[dict[str, Any]]:
    return [each for each in phone.listener.of_kind("operator_said") if each["data"]["how"] == how]


async def _record(house: House, call_id: str) -> dict[str, Any]:
    async with house.office() as office, asyncio.timeout(20):
        while True:
            told: dict[str, Any] = (await office.get(f"/api/calls/{call_id}")).json()
            if told["recording"]:
                return told
            await asyncio.sleep(0.1)


async def _agent_channel_is_audible(house: House, recording: str, at_ms: int) -> bool:
    """Whether the recording's right channel has sound in the second after `at_ms`."""
    async with house.office() as office:
        wav = (await office.get(recording)).content
    samples: Samples = np.frombuffer(wav[44:], dtype="<i2").reshape(-1, 2)[:, 1].astype(np.float32) / 32768
    return float(np.sqrt(np.mean(samples[at_ms * 8 : at_ms * 8 + 8_000] ** 2))) > AUDIBLE
