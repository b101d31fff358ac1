// Every running call in one table that changes in place.

import { ms, since } from "../../format.js";
import { chip } from "../../ui.js";
import { h } from "../../vue.js";

const TONES = { confused: "waiting", irritated: "waiting", angry: "bad" };
const SLOW_MS = 1500;

const stateOf = (call) => {
  if (call.operator) return chip(`${call.operator}さんが応対中`, "good");
  if (call.waiting_since) return chip("担当者をお待ち", "waiting");
  return chip(call.state_name, "ai");
};

const COLUMNS = ["お客様", "通話", "状態", "話題・いまのお言葉", "ご様子", "応答まで"];

export function callsTable(calls, now, opened, open) {
  return h("div", { class: "table-box" }, [h("table", { class: "table floor-table" }, [
    h("caption", { class: "hidden-text" }, "進行中の通話"),
    h("thead", h("tr", COLUMNS.map((name, at) => h("th", { scope: "col", class: at === 1 || at === 5 ? "number" : "" }, name)))),
    h("tbody", calls.map((call) => h("tr", {
      key: call.call_id, class: ["openable", opened === call.call_id ? "opened" : ""],
      onClick: (event) => { if (!event.target.closest("button, a")) open(call.call_id); },
    }, [
      h("td", [h("button", { type: "button", class: "link-like", "aria-expanded": opened === call.call_id ? "true" : "false", onClick: () => open(call.call_id) }, call.caller)]),
      h("td", { class: "number" }, since(call.started_at, now)),
      h("td", [stateOf(call), call.waiting_since ? h("span", { class: "small number" }, ` ${since(call.waiting_since, now)}`) : null]),
      h("td", { class: "topic" }, [
        h("div", { class: "one-line" }, call.topic || h("span", { class: "muted" }, "まだありません")),
        h("div", { class: "one-line small muted" }, call.partial ? `「${call.partial}…」` : call.reason ? `引き継ぎ：${call.reason}` : "\u00a0"),
      ]),
      h("td", call.tone === "calm" ? h("span", { class: "muted small" }, "落ち着き") : chip(call.tone_name, TONES[call.tone])),
      h("td", { class: ["number", call.latency_last_ms > SLOW_MS ? "bad-text" : ""], title: "直前の応答（下は中央値）" }, [
        h("div", ms(call.latency_last_ms)), h("div", { class: "small muted median" }, call.latency_p50_ms === null ? "\u00a0" : `中央値 ${ms(call.latency_p50_ms)}`),
      ]),
    ]))),
  ])]);
}
