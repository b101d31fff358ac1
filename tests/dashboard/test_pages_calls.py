"""The floor, past calls and the telephone in a real browser."""

import asyncio
import zipfile

import numpy as np
from playwright.async_api import Page, expect

from dashboard.api.unmask import UnmaskApi
from dashboard.auth.permissions import Role
from dashboard.auth.unmasking import Unmasking
from dashboard.site import STATIC_FOLDER
from telephony.events import EventKind
from tests.dashboard.calls_site import CallsRoom, SoundingCall
from tests.dashboard.echo_agent import EchoAgent
from tests.dashboard.scene import ANSWER, QUESTION, Scene
from tests.dashboard.site import browsing, site


async def test_a_supervisor_follows_a_running_call_with_its_reasons_and_hears_it(scene: Scene) -> None:
    room = CallsRoom(scene, audible={"live-1": SoundingCall(stretches=2000)})
    async with site(room.routers(), Role.SUPERVISOR) as address, browsing() as page:
        await page.goto(f"{address}/floor")
        await expect(page.get_by_text("いま進行中の通話はありません。")).to_be_visible()
        scene.ring()
        scene.talk()
        row = page.get_by_role("table", name="進行中の通話").locator("tbody tr")
        await expect(row).to_contain_text("料金の引き落とし日")
        await expect(row).to_contain_text("あ、じゃあ口座を…")
        await page.get_by_role("button", name="090****5678").press("Enter")
        talk = page.get_by_role("log", name="会話")
        await expect(talk.locator(".line.caller .said").first).to_contain_text(QUESTION)
        await expect(talk.locator(".line.agent .said").last).to_contain_text(ANSWER)
        await expect(talk.locator(".partial")).to_contain_text("あ、じゃあ口座を…")
        await expect(talk.locator(".waterfall-total")).to_have_text("応答まで 688ミリ秒")
        await talk.locator(".line.agent .why summary").last.click()
        await expect(talk.locator(".considered .chosen")).to_contain_text("billing-003 第2版")
        scene.tell(EventKind.HEARD, 15_500, turn=2, text="口座を<b>変えたい</b>です")
        await expect(talk.locator(".line.caller .said").last).to_contain_text("口座を<b>変えたい</b>です")
        await expect(talk.locator(".considered .chosen")).to_be_visible()  # what was unfolded stays so
        await page.get_by_role("button", name="音を聞く").click()
        await expect(page.get_by_role("button", name="聞くのをやめる")).to_be_visible()
        await expect(page.get_by_role("img", name="直近30秒の音")).to_be_visible()
        scene.tell(EventKind.ENDED, 20_000, ended_by="caller")
        scene.live.close("live-1")
        await expect(page.get_by_role("link", name="通話の記録を見る")).to_have_attribute("href", "/calls/live-1")
        await expect(row).to_have_count(0)
    assert room.notes.lines == [("call.listen", "live-1", "")]


async def test_a_past_call_is_found_played_judged_seen_as_it_was_and_handed_out(scene: Scene) -> None:
    await scene.keep_past_call()
    await scene.keep_personal_call()
    unmasking = Unmasking()
    room = CallsRoom(scene, unmasking=unmasking)

    async def is_call(_call_id: str) -> bool:
        return True

    routers = [*room.routers(), UnmaskApi(unmasking, is_call, room.notes).router()]
    async with site(routers, Role.SUPERVISOR) as address, browsing() as page:
        await page.goto(f"{address}/calls?entry=billing-003")
        await expect(page.locator(".table tbody tr")).to_have_count(1)
        await expect(page.get_by_label("お答えしたFAQのID")).to_have_value("billing-003")
        await page.locator(".table tbody a").click()
        await plays_and_judges(page)
        await page.goto(f"{address}/calls/personal-1")
        await expect(page.get_by_text("〈お名前〉様でございますね。")).to_be_visible()
        await page.get_by_role("button", name="個人情報を表示").click()
        await page.get_by_label("理由").fill("お客様からの確認のため")
        await page.get_by_role("button", name="表示する", exact=True).click()
        await expect(page.get_by_text("湊川様でございますね。")).to_be_visible()
        await page.get_by_role("button", name="書き出す").click()
        await page.get_by_label("理由").fill("お客様からのお申し出")
        async with page.expect_download() as download:
            await page.get_by_role("dialog").get_by_role("button", name="書き出す").click()
        told = zipfile.ZipFile(await (await download.value).path()).read("story.html").decode()
    assert "湊川様でございますね。" in told
    actions = [(action, target) for action, target, _ in room.notes.lines]
    assert actions == [
        ("call.play", "past-1"),
        ("call.vote", "past-1"),
        ("call.unmask", "personal-1"),
        ("call.export", "personal-1"),
    ]


async def plays_and_judges(page: Page) -> None:
    await expect(page.locator(".waveform polygon")).to_have_count(2)
    await page.get_by_role("button", name="0:06から再生").click()
    await expect(page.locator(".line.caller")).to_have_attribute("aria-current", "true")
    player = page.locator("audio")
    await expect(player).to_have_js_property("duration", 15)
    assert await player.evaluate("player => player.currentTime") >= 6.1
    await page.get_by_role("button", name="この回答は誤り").click()
    await expect(page.get_by_text("誤り（試験 太郎さん）")).to_be_visible()


async def test_the_browser_is_a_telephone_with_keys_that_shows_what_is_said(scene: Scene) -> None:
    agent = EchoAgent(scene)
    room = CallsRoom(scene)
    async with site(room.routers(), lines=[agent.line()]) as address, browsing() as page:
        await page.goto(f"{address}/phone")
        await page.get_by_role("button", name="電話をかける").click()
        state = page.locator(".phone-state")
        await expect(state).to_contain_text("通話中")
        async with asyncio.timeout(30):
            await agent.marked.wait()
        assert set(agent.frames) == {320}
        assert agent.loudest > 0.1, "the fake microphone's tone did not arrive"
        scene.tell(EventKind.HEARD, 900, "echo-1", turn=1, text="もしもし")
        await expect(page.locator(".line.caller .said")).to_contain_text("もしもし")
        await page.locator(".key", has_text="5").click()
        await page.keyboard.press("#")
        agent.echoing = False
        await agent.say(seconds=20, mark="long")
        await agent.clear()
        async with asyncio.timeout(10):
            while "long" not in agent.marks:
                agent.marked.clear()
                await agent.marked.wait()
        await agent.end()
        await expect(state).to_have_text("通話が終わりました")
        assert agent.keys == ["5", "#"]
        await page.evaluate(
            "() => { navigator.mediaDevices.getUserMedia = "
            "() => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
        )
        await page.get_by_role("button", name="電話をかける").click()
        await expect(page.get_by_role("alert")).to_contain_text("マイクの使用が許可されていません")
        await expect(page.get_by_role("button", name="電話をかける")).to_be_enabled()
        await resamples_without_folding(page)


TONE_THROUGH_THE_RESAMPLER = """([source, from_hz, to_hz, tone_hz]) => {
  const within = new Function('AudioWorkletProcessor', 'registerProcessor', source + '; return Resampler;');
  const Resampler = within(class {}, () => {});
  const resampler = new Resampler(from_hz, to_hz);
  const heard = [];
  for (let at = 0; at < from_hz; at += 128) {
    const block = Float32Array.from({ length: 128 }, (_, n) => Math.sin(2 * Math.PI * tone_hz * (at + n) / from_hz));
    heard.push(...resampler.push(block));
  }
  return heard;
}"""
WORKLET = (STATIC_FOLDER / "app" / "sound" / "worklet.js").read_text(encoding="utf-8")


async def resamples_without_folding(page: Page) -> None:
    """The pages' resampler keeps speech and folds nothing back."""
    await page.goto("about:blank")  # where text may become a script
    for from_hz, to_hz in ((48_000, 16_000), (44_100, 16_000), (16_000, 48_000), (8_000, 48_000)):
        heard = np.array(await page.evaluate(TONE_THROUGH_THE_RESAMPLER, [WORKLET, from_hz, to_hz, 1_000]))
        assert abs(len(heard) - to_hz) < 400  # the tone ends with a whole block
        settled = heard[500:-500]
        angle = 2 * np.pi * 1_000 * np.arange(len(settled)) / to_hz
        basis = np.stack([np.sin(angle), np.cos(angle)], axis=1)
        fit, *_ = np.linalg.lstsq(basis, settled, rcond=None)
        noise = settled - basis @ fit
        assert abs(np.hypot(*fit) - 1) < 0.01
        assert 20 * np.log10(np.sqrt(np.mean(noise**2)) / np.sqrt(0.5)) < -60, (from_hz, to_hz)
    folded = np.array(await page.evaluate(TONE_THROUGH_THE_RESAMPLER, [WORKLET, 48_000, 16_000, 9_500]))
    assert 20 * np.log10(np.sqrt(np.mean(folded[500:] ** 2)) / np.sqrt(0.5)) < -50
