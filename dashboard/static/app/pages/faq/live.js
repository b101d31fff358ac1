// After a publication: tells as soon as the calls go by it, and how long that took.

import { api } from "../../api.js";
import { toast } from "../../ui.js";

const LOOK_EVERY_MS = 150;
const GIVE_UP_MS = 15000;

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** Resolves with the seconds it took; null when the service did not take it up in time. */
export async function untilLive(version) {
  const began = performance.now();
  while (performance.now() - began < GIVE_UP_MS) {
    const live = await api.get("/api/faq/live");
    if (live.version >= version) return (performance.now() - began) / 1000;
    await pause(LOOK_EVERY_MS);
  }
  return null;
}

export async function tellWhenLive(version, what = "を公開しました") {
  try {
    const seconds = await untilLive(version);
    if (seconds === null) toast(`第${version}版${what}が、応対にまだ反映されていません。受付のサービスが動いているか、ご確認ください。`, "bad");
    else toast(`第${version}版${what}。${seconds.toFixed(1)}秒で応対に反映され、通話中のお客様にも次の発話から使われます。`);
  } catch (error) {
    toast(error.message, "bad");
  }
}
