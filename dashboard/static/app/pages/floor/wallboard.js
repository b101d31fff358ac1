// The figures of the day, what needs a look, who waits and who is there.

import { clock, count, ms, percent, since } from "../../format.js";
import { button, chip, div } from "../../ui.js";
import { h } from "../../vue.js";

const LONG_WAIT_S = 60;
const SLOW_MS = 1500;

const figure = (name, value, { hint = "", kind = "" } = {}) => h("div", { class: `figure ${kind}`, title: hint || undefined, key: name }, [
  h("dt", { class: "name" }, name), h("dd", { class: "value" }, value), hint ? h("dd", { class: "figure-hint" }, hint) : null,
]);

export function wallboard(board, callsNow, now, { queue }) {
  const longest = queue.length ? Math.max(...queue.map((each) => (now - Date.parse(each.since)) / 1000)) : null;
  return h("dl", { class: "wallboard", "aria-label": "きょうの数字" }, [
    figure("進行中の通話", count(callsNow)),
    figure("担当者をお待ち", count(queue.length), { kind: queue.length ? "waiting" : "", hint: queue.length ? `最長 ${clock(longest)}` : "お待ちなし" }),
    figure("きょうの着信", count(board.offered), { hint: `応答 ${count(board.answered)}件` }),
    figure("AI完結", percent(board.completion, 0), { hint: `${count(board.engaged)}件中 ${count(board.completed)}件` }),
    figure("担当者が応対", count(board.taken_by_people), { hint: `お待ち ${count(board.queued)}件のうち` }),
    figure("お待ち中の切断", count(board.abandoned), { kind: board.abandoned ? "waiting" : "", hint: "きょう" }),
    figure("応答まで（中央値）", ms(board.latency_p50_ms), { hint: `直近1時間・${count(board.answers_last_hour)}回` }),
    figure("応答まで（95%）", ms(board.latency_p95_ms), { kind: board.latency_p95_ms > SLOW_MS ? "waiting" : "", hint: "95%がこの時間内" }),
  ]);
}

export function alarmsOf(alarms, open) {
  if (!alarms.length) return null;
  return h("ul", { class: "alarms", "aria-label": "ご確認ください", "aria-live": "polite" }, alarms.map((alarm) =>
    h("li", { key: `${alarm.sentence}${alarm.call_id}`, class: `alarm ${alarm.level}` }, [
      h("span", alarm.sentence),
      alarm.call_id ? button("通話を開く", { kind: "quiet", onClick: () => open(alarm.call_id) }) : null,
    ])));
}

export function queueOf(queue, now, open) {
  if (!queue.length) return null;
  return h("section", { class: "card queue", "aria-label": "担当者をお待ちの方" }, [
    h("h2", `担当者をお待ちの方（${queue.length}名）`),
    h("ol", queue.map((each) => {
      const waited = (now - Date.parse(each.since)) / 1000;
      return h("li", { key: each.call_id, class: "queue-row" }, [
        h("button", { type: "button", class: "link-like", onClick: () => open(each.call_id) }, each.caller),
        h("span", { class: "grow" }, each.reason),
        h("span", { class: waited > LONG_WAIT_S ? "bad-text number" : "number" }, clock(waited)),
      ]);
    })),
  ]);
}

export function peopleOf(people, now) {
  if (!people.length) return null;
  return h("section", { class: "card", "aria-label": "担当者の在席" }, [
    h("h2", "担当者"),
    div("row", people.map((each) => chip(`${each.name}　${each.state_name} ${since(each.since, now)}`, each.state === "available" ? "good" : each.state === "talking" ? "ai" : ""))),
  ]);
}
