// How many lines and people are needed, what this machine carries, and what automation saves. Assumptions are editable.

import { api, withQuery } from "../../api.js";
import { card, loaded, notice, numberField, whenLoaded } from "../../ui.js";
import { defineComponent, h, onBeforeUnmount, reactive, watch } from "../../vue.js";

const number = (value, digits = 0) => Number(value).toLocaleString("ja-JP", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const facts = (pairs) => h("dl", { class: "facts plan" }, pairs.flatMap(([name, value]) => [h("dt", name), h("dd", [value])]));
const yen = (value) => (value < 0 ? `−${number(-value)}円` : `${number(value)}円`);

export const Planning = defineComponent({
  props: { asked: Object },
  setup(props) {
    const wanted = reactive({ calls: 300_000, aht: 180, days: 20, hours: 10, escalated: 20, handle: 450 });
    const prices = reactive({ minute: 50, month: 30_000 });
    const capacity = loaded(() => api.get(withQuery("/api/figures/capacity", { ...wanted, escalated: wanted.escalated / 100 })));
    const saving = loaded(() => api.get(withQuery("/api/figures/saving", { ...props.asked, yen_a_minute: prices.minute, yen_a_month: prices.month })));
    const timers = new Map();
    const soon = (state, model) => {
      clearTimeout(timers.get(state));
      if (Object.values(model).every((value) => value !== null)) timers.set(state, setTimeout(() => state.load(), 300));
    };
    watch(wanted, () => soon(capacity, wanted));
    watch(prices, () => soon(saving, prices));
    watch(() => ({ ...props.asked }), () => saving.load());
    onBeforeUnmount(() => timers.forEach(clearTimeout));
    capacity.load();
    saving.load();
    return () => h("div", { class: "charts" }, [
      card("必要な回線と、この機械で受けられる数", {},
        h("div", { class: "fields" }, [
          numberField("1か月の通話数", wanted, "calls", { min: 0, max: 100_000_000, step: 1 }),
          numberField("1通話の平均の長さ（秒）", wanted, "aht", { min: 1, max: 7200 }),
          numberField("1か月の営業日数", wanted, "days", { min: 1, max: 31, step: 1 }),
          numberField("1日の受付時間（時間）", wanted, "hours", { min: 1, max: 24 }),
          numberField("担当者に回る割合（%）", wanted, "escalated", { min: 0, max: 100 }),
          numberField("担当者の平均処理時間（秒）", wanted, "handle", { min: 1, max: 7200 }),
        ]),
        whenLoaded(capacity, (found) => [
          facts([
            ["1日の通話数", `${number(found.calls_a_day)}件`],
            ["最も混む1時間", `${number(found.busy_hour_calls)}件（1日の${number(found.busy_share * 100, 1)}%・${number(found.busy_load, 1)}アーラン）`],
            ["必要な同時通話数（話中1%）", `${number(found.channels)}　繁忙日（1.5倍）は${number(found.peak_channels)}`],
            ["必要な担当者の席", `${number(found.seats)}席（繁忙日・80%を20秒以内）`],
            ["この機械の同時通話数", `${number(found.machine.concurrent)}（${found.machine.measured ? "測定値" : "設定値"}）`],
            ["この機械だけで受けられる数", h("strong", `1か月 ${number(found.carried)}件`)],
            ["必要な台数（回線をまとめて使う場合）", `${number(found.machines)}台`],
          ]),
          notice(found.machine.told),
        ])),
      card("費用対効果（選んだ期間）", {},
        h("div", { class: "fields" }, [
          numberField("担当者1分あたりの費用（円）", prices, "minute", { min: 0, max: 100_000, hint: "人件費・設備費などを含めた仮定です。" }),
          numberField("1か月の運用費（円）", prices, "month", { min: 0, max: 1_000_000_000, hint: "機械・電気・回線・保守の仮定です。" }),
        ]),
        whenLoaded(saving, (found) => [
          facts([
            ["自動で応対した時間", `${number(found.automated_minutes, 1)}分`],
            ["担当者が応対した場合の費用", yen(found.people_yen)],
            ["期間の運用費", yen(found.running_yen)],
            ["差額", h("strong", yen(found.saved_yen))],
            ["AIが応答した1通話あたりの運用費", found.yen_a_call === null ? "―" : yen(found.yen_a_call)],
          ]),
          h("p", { class: "muted small" }, "差額 ＝ 担当者の時間を使わなかった通話のAI応対時間 × 担当者1分あたりの費用 − 運用費"),
        ])),
    ]);
  },
});
