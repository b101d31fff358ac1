"""The pages in a real browser, on a real server."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import numpy as np
import pytest
import websockets
from playwright.async_api import Page, async_playwright, expect

from telephony.events import EventKind
from tests.dashboard.scene import ANSWER, PERSONAL, QUESTION, Scene
from tests.dashboard.serving import EchoAgent, served

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def chromium() -> str:
    found = os.environ.get("UKETSUKE_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.fail(
            "Chromium is needed for the tests of the pages: `apt-get install chromium`, "
            "or set UKETSUKE_CHROMIUM to the path of one."
        )
    return found


@dataclass
class Watched:
    """A browser page, with what it asked for and what it complained of."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@asynccontextmanager
async def browser() -> AsyncIterator[Watched]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = await running.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(30_000)
        watched = Watched(page)
        page.on("request", lambda request: watched.hosts.add(request.url.split("/")[2]))
        page.on("websocket", lambda socket: watched.hosts.add(socket.url.split("/")[2]))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: watched.complaints.append(message.text) if message.type == "error" else None,
        )
        try:
            yield watched
        finally:
            await running.close()


async def test_a_person_watches_a_call_reads_a_past_one_and_talks_to_the_agent(scene: Scene) -> None:
    """One browser for all of it: starting one costs more than everything else here."""
    await scene.keep_past_call()
    scene.ring()
    async with served(scene) as (url, agent), browser() as watched:
        page = watched.page
        await page.goto(url)
        await expect(page.get_by_text("準備中（組み立てています）")).to_be_visible()
        await watches_the_call(page, scene)
        await talks_to_the_agent(page, agent)
        await reads_the_past_call(page)
        assert watched.hosts == {url.removeprefix("http://")}, "the pages asked another host"
        assert watched.complaints == []


async def watches_the_call(page: Page, scene: Scene) -> None:
    scene.talk()
    talk = page.locator(".talk")
    await expect(talk.locator(".caller .said")).to_have_text(QUESTION)
    await expect(talk.locator(".agent .said").last).to_have_text(ANSWER)
    await expect(talk.locator(".partial")).to_have_text("あ、じゃあ口座を…")
    await expect(talk.locator(".latency-total")).to_have_text("第一声まで 688 ms")
    await talk.locator(".agent .evidence-head").click()
    await expect(talk.locator(".candidates .chosen")).to_contain_text("billing-003")
    scene.tell(EventKind.HEARD, 15_500, turn=2, text="口座を<b>変えたい</b>です")
    await expect(talk.locator(".caller .said").last).to_have_text("口座を<b>変えたい</b>です")
    await expect(talk.locator(".candidates .chosen")).to_be_visible()  # what was unfolded stays so


async def talks_to_the_agent(page: Page, agent: EchoAgent) -> None:
    await page.get_by_role("button", name="電話してみる").click()
    await page.get_by_role("button", name="電話をかける").click()
    await expect(page.locator("[data-phone=state]")).to_have_text("通話中")
    await expect(page.locator(".talk-head h2")).to_contain_text("ブラウザ（")
    async with asyncio.timeout(30):
        await agent.marked.wait()
    assert set(agent.frames) == {320}
    assert agent.loudest > 0.1, "the fake microphone's tone did not arrive"
    await page.locator("[data-key='5']").click()
    await page.keyboard.press("#")
    await page.get_by_role("button", name="電話を切る").click()
    async with asyncio.timeout(30):
        await agent.stopped.wait()
    assert agent.keys == ["5", "#"]
    await expect(page.locator("[data-phone=dial]")).to_be_enabled()


async def reads_the_past_call(page: Page) -> None:
    await page.locator(".recent a").first.click()
    await expect(page.get_by_text("下書き（AI作成）")).to_be_visible()
    player = page.locator("audio")
    await expect(player).to_have_js_property("duration", 15)
    await page.locator(".caller button.time").click()
    await expect(page.locator(".lines .line.caller")).to_have_class("line caller now")
    assert await player.evaluate("player => player.currentTime") >= 6.1


async def test_a_cleared_answer_gives_back_its_marks_and_falls_silent(scene: Scene) -> None:
    async with served(scene) as (url, agent), browser() as watched:
        page = watched.page
        agent.echoing = False
        await page.goto(url)
        await page.get_by_role("button", name="電話してみる").click()
        await page.get_by_role("button", name="電話をかける").click()
        async with asyncio.timeout(30):
            await agent.connected.wait()
        await agent.say(seconds=20, mark="long")
        assert agent.marks == []
        await agent.clear()
        async with asyncio.timeout(10):
            await agent.marked.wait()
        assert agent.marks == ["long"]
        await agent.end()
        await expect(page.locator("[data-phone=state]")).to_have_text("通話が終わりました")


async def test_a_microphone_that_is_not_allowed_is_explained(scene: Scene) -> None:
    async with served(scene) as (url, _), browser() as watched:
        page = watched.page
        await page.add_init_script(
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
        )
        await page.goto(url)
        await page.get_by_role("button", name="電話してみる").click()
        await page.get_by_role("button", name="電話をかける").click()
        await expect(page.locator("[data-phone=trouble]")).to_contain_text("マイクの使用が許可されていません")
        await expect(page.locator("[data-phone=dial]")).to_be_enabled()


async def test_the_live_socket_tells_what_stands_and_then_what_happens(scene: Scene) -> None:
    scene.ring()
    scene.ring("other")
    async with served(scene) as (url, _):
        address = url.replace("http", "ws") + "/api/events?call_id=live-1"
        async with websockets.connect(address) as socket, asyncio.timeout(20):
            snapshot = await socket.recv()
            assert '"snapshot"' in str(snapshot)
            assert '"other"' not in str(snapshot)
            assert "090****5678" in str(snapshot)
            assert "1234" not in str(snapshot)
            scene.tell(EventKind.PARTIAL, 5, "other", text="ほか")
            scene.tell(EventKind.PARTIAL, 6, "live-1", text="もしもし")
            assert "もしもし" in str(await socket.recv())
            scene.tell(EventKind.HEARD, 7, turn=1, text="佐藤です。番号は090-1234-5678です")
            told = str(await socket.recv())
            assert "〈お名前〉です。番号は〈電話番号〉です" in told
        with pytest.raises(websockets.exceptions.InvalidStatus):
            await websockets.connect(address, origin="http://attacker.example")


async def test_a_page_shows_nothing_personal(scene: Scene) -> None:
    await scene.keep_personal_call()
    async with served(scene) as (url, _), httpx.AsyncClient(base_url=url) as client:
        page = (await client.get("/calls/personal-1")).text
    assert "〈お名前〉様でございますね。" in page
    assert "折り返しは〈電話番号〉へ" in page
    assert [word for word in PERSONAL[:2] if word in page] == []


async def test_pages_and_files_are_behind_the_same_door(scene: Scene) -> None:
    async with served(scene) as (url, _), httpx.AsyncClient(base_url=url) as client:
        for path in ("/", "/calls/x", "/api/status", "/dashboard/static/phone.js", "/nothing"):
            refused = await client.get(path, headers={"host": "attacker.example"})
            assert refused.status_code == 403, path
        assert (await client.get("/", headers={"accept": "text/html"})).status_code == 200
        missing = await client.get("/calls/nobody")
        assert "この通話の記録は見つかりません。" in missing.text


TONE_THROUGH_THE_RESAMPLER = """async ([from_hz, to_hz, tone_hz]) => {
  const source = await (await fetch('/dashboard/static/worklet.js')).text();
  const Resampler = new Function(
    'AudioWorkletProcessor', 'registerProcessor', source + '; return Resampler;'
  )(class {}, () => {});
  const resampler = new Resampler(from_hz, to_hz);
  const heard = [];
  for (let at = 0; at < from_hz; at += 128) {
    const block = Float32Array.from({ length: 128 }, (_, n) => Math.sin(2 * Math.PI * tone_hz * (at + n) / from_hz));
    heard.push(...resampler.push(block));
  }
  return heard;
}"""


async def test_the_pages_resampler_keeps_speech_and_folds_nothing_back(scene: Scene) -> None:
    async with served(scene) as (url, _), browser() as watched:
        await watched.page.goto(url)
        for from_hz, to_hz in ((48_000, 16_000), (44_100, 16_000), (16_000, 48_000), (16_000, 44_100)):
            heard = np.array(await watched.page.evaluate(TONE_THROUGH_THE_RESAMPLER, [from_hz, to_hz, 1_000]))
            assert abs(len(heard) - to_hz) < 200
            settled = heard[500:-500]
            angle = 2 * np.pi * 1_000 * np.arange(len(settled)) / to_hz
            basis = np.stack([np.sin(angle), np.cos(angle)], axis=1)
            fit, *_ = np.linalg.lstsq(basis, settled, rcond=None)
            noise = settled - basis @ fit
            assert abs(np.hypot(*fit) - 1) < 0.01
            assert 20 * np.log10(np.sqrt(np.mean(noise**2)) / np.sqrt(0.5)) < -60, (from_hz, to_hz)
        folded = np.array(await watched.page.evaluate(TONE_THROUGH_THE_RESAMPLER, [48_000, 16_000, 9_500]))
        assert 20 * np.log10(np.sqrt(np.mean(folded[500:] ** 2)) / np.sqrt(0.5)) < -50


async def test_a_closed_page_leaves_no_subscription(scene: Scene) -> None:
    async with served(scene) as (url, _):
        async with browser() as watched:
            await watched.page.goto(url)
            await expect(watched.page.get_by_text("まだ通話の記録はありません。")).to_be_visible()
            feeds = {task for task in asyncio.all_tasks() if task.get_name() == "dashboard page feed"}
            assert len(feeds) == 1
        _, left = await asyncio.wait(feeds, timeout=20)
        assert not left
