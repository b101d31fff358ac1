// A figure with what it means: formula, numerator and denominator, told on hover and on focus.

import { count } from "../../format.js";
import { div, newId, span } from "../../ui.js";
import { h } from "../../vue.js";

const seconds = (ms) => `${(ms / 1000).toLocaleString("ja-JP", { minimumFractionDigits: 1, maximumFractionDigits: 1 })}秒`;
const hours = (ms) => `${(ms / 3_600_000).toLocaleString("ja-JP", { maximumFractionDigits: 1 })}時間`;
const TIMED = new Set(["talk_time", "hold_time", "after_call_work", "handle_time", "utilisation", "occupancy"]);

/** A numerator as it is read: sums of time in seconds or hours, all else as a number. */
export function numeratorText(meaning, figure) {
  if (figure.numerator === null) return "―";
  if (meaning.unit === "milliseconds") return `${count(figure.numerator)}ミリ秒`;
  if (meaning.unit === "seconds" || meaning.unit === "wait") return seconds(figure.numerator);
  return TIMED.has(meaning.key) ? hours(figure.numerator) : count(figure.numerator);
}

export function denominatorText(meaning, figure) {
  if (figure.denominator === null) return "―";
  return meaning.unit === "per_hour" || (meaning.unit === "percent" && TIMED.has(meaning.key)) ? hours(figure.denominator) : count(figure.denominator);
}

const ids = new Map();
const idOf = (key) => { if (!ids.has(key)) ids.set(key, newId("meaning")); return ids.get(key); };

/** Anything, with its meaning beside it. `place` keeps two places of one figure apart. */
export function explained(meaning, figure, place, ...content) {
  const id = idOf(`${place}-${meaning.key}`);
  return h("div", { class: "explained", tabindex: 0, role: "group", "aria-label": meaning.name, "aria-describedby": id, key: meaning.key }, [
    ...content,
    h("div", { class: "meaning", id, role: "tooltip" }, [
      h("strong", meaning.name),
      h("p", meaning.formula),
      h("dl", [
        h("dt", "分子"), h("dd", [span("part", numeratorText(meaning, figure)), meaning.numerator]),
        ...(meaning.denominator ? [h("dt", "分母"), h("dd", [span("part", denominatorText(meaning, figure)), meaning.denominator])] : []),
      ]),
      meaning.note ? h("p", { class: "muted" }, meaning.note) : null,
    ]),
  ]);
}

/** The change against the period before, with better and worse told in words too. */
export const change = (figure) => {
  if (!figure.change) return span("change", "前の期間 ―");
  const said = { good: "（良化）", bad: "（悪化）" }[figure.tendency] ?? "";
  return h("span", { class: `change ${figure.tendency}` }, `${figure.change}${said}`);
};

export const headline = (meaning, figure, spark) => explained(meaning, figure, "head",
  div("figure", span("name", meaning.name), h("p", { class: "value", "data-figure": meaning.key }, figure.text), div("figure-foot", change(figure), spark)));
