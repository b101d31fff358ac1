// Why an answer was given: one sentence, and all that it rests on folded under it.

import { percent } from "../../format.js";
import { link } from "../../ui.js";
import { h } from "../../vue.js";

const SCORES = [["lexical", "語"], ["semantic", "意味"], ["kana", "読み"]];

const bar = (value) => h("span", { class: "score", title: percent(value, 0) }, [
  h("span", { class: "score-track" }, [h("span", { class: "score-fill", style: { width: `${Math.min(100, (value ?? 0) * 100)}%` } })]),
  h("span", { class: "score-value" }, percent(value, 0)),
]);

const facts = (list) => h("dl", { class: "facts small" }, list.flatMap(({ name, value }) => [h("dt", name), h("dd", value)]));

const candidate = (one) => h("tr", { key: one.entry_id, class: one.chosen ? "chosen" : "" }, [
  h("td", [h("span", { class: "hidden-text" }, one.chosen ? "お答えした項目：" : ""), link(one.title || one.entry_id, `/faq/${encodeURIComponent(one.entry_id)}`),
    h("span", { class: "muted" }, ` ${one.entry_id} 第${one.version}版`)]),
  h("td", [bar(one.score)]),
  h("td", { class: "parts" }, SCORES.map(([key, name]) => h("span", { class: "muted" }, `${name} ${percent(one[key], 0)} `))),
  h("td", one.matched),
]);

/** The reasons of an agent's line; `open` shows them unfolded (for print). */
export function reasonsOf(reasons, { open = false } = {}) {
  if (!reasons) return null;
  return h("details", { class: "why", open: open || undefined }, [
    h("summary", [h("span", { class: "chip ai" }, "なぜ"), ` ${reasons.headline}`]),
    reasons.considered.length ? h("div", { class: "table-box" }, [h("table", { class: "table considered" }, [
      h("thead", h("tr", ["候補のFAQ", "一致度", "内訳", "一致した言い回し"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", reasons.considered.map(candidate)),
    ])]) : null,
    facts(reasons.reasons),
  ]);
}

/** How the caller's words were heard. */
export function hearingOf(hearing) {
  if (!hearing.length) return null;
  return h("details", { class: "why" }, [
    h("summary", [h("span", { class: "chip" }, "聞き取り"), ` ${hearing[0].name} ${hearing[0].value}`]),
    facts(hearing),
  ]);
}
