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

const opener = (call, opened, open) => h("button", {
  type: "button", class: "link-like", "aria-expanded": opened === call.call_id ? "true" : "false", onClick: () => open(call.call_id),
}, call.caller);
const rowOf = (call, opened, open, cells) => h("tr", {
  key: call.call_id, class: ["openable", opened === call.call_id ? "opened" : ""],
  onClick: (event) => { if (!event.target.closest("button, a")) open(call.call_id); },
}, cells);
const toneOf = (call) => (call.tone === "calm" ? null : chip(call.tone_name, TONES[call.tone]));
const waited = (call, now) => (call.waiting_since ? h("span", { class: "small number" }, ` ${since(call.waiting_since, now)}`) : null);
const words = (call) => (call.partial ? `「${call.partial}…」` : call.reason ? `引き継ぎ：${call.reason}` : "\u00a0");
const slow = (call) => (call.latency_last_ms > SLOW_MS ? "bad-text" : "");

const tableOf = (columns, kind, rows) => h("div", { class: "table-box" }, [h("table", { class: `table ${kind}` }, [
  h("caption", { class: "hidden-text" }, "進行中の通話"),
  h("thead", h("tr", columns.map(([name, side]) => h("th", { scope: "col", class: side }, name)))),
  h("tbody", rows),
])]);

/** All there is to know of each call, over the whole width. */
export const callsTable = (calls, now, opened, open) => tableOf(
  [["お客様"], ["通話", "number"], ["状態"], ["話題・いまのお言葉"], ["ご様子"], ["応答まで", "number"]], "floor-table",
  calls.map((call) => rowOf(call, opened, open, [
    h("td", [opener(call, opened, open)]),
    h("td", { class: "number" }, since(call.started_at, now)),
    h("td", [stateOf(call), waited(call, now)]),
    h("td", [
      h("div", { class: "one-line" }, call.topic || h("span", { class: "muted" }, "まだありません")),
      h("div", { class: "one-line small muted" }, words(call)),
    ]),
    h("td", toneOf(call) ?? h("span", { class: "muted small" }, "落ち着き")),
    h("td", { class: ["number", slow(call)], title: "直前の応答（下は中央値）" }, [
      h("div", ms(call.latency_last_ms)), h("div", { class: "small muted" }, call.latency_p50_ms === null ? "\u00a0" : `中央値 ${ms(call.latency_p50_ms)}`),
    ]),
  ])));

/** The same in two lines a call, beside an opened one. */
export const callsList = (calls, now, opened, open) => tableOf([["お客様・話題"], ["状態"]], "floor-list-table", calls.map((call) => rowOf(call, opened, open, [
  h("td", [
    h("div", { class: "row tight" }, [opener(call, opened, open), h("span", { class: "number small" }, since(call.started_at, now)), h("span", { class: ["number small", slow(call)] }, ms(call.latency_last_ms))]),
    h("div", { class: "one-line small muted" }, call.partial ? words(call) : call.topic || words(call)),
  ]),
  h("td", [stateOf(call), waited(call, now), toneOf(call)]),
])));
