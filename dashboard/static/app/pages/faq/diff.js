// Two wordings side by side: what goes is struck through, what comes is marked.

import { KINDS } from "./words.js";
import { chip, div, empty } from "../../ui.js";
import { h } from "../../vue.js";

const lines = (texts, others, kind, none) => h("div", { class: "diff-side" }, texts.length
  ? texts.map((text) => h("p", { class: others.includes(text) ? "" : kind }, text))
  : [h("p", { class: "muted" }, none)]);

/** changes: [{field, label, before: [line], after: [line]}]. */
export function fieldChanges(changes, { before = "公開中", after = "変更後" } = {}) {
  if (!changes.length) return empty("違いはありません。");
  return h("table", { class: "table diff-table" }, [
    h("thead", h("tr", [h("th", { scope: "col" }, "項目"), h("th", { scope: "col" }, before), h("th", { scope: "col" }, after)])),
    h("tbody", changes.map((each) => h("tr", { key: each.field }, [
      h("th", { scope: "row" }, each.label),
      h("td", [lines(each.before, each.after, "diff-old", "（なし）")]),
      h("td", [lines(each.after, each.before, "diff-new", "（なし）")]),
    ]))),
  ]);
}

/** entries: [{id, title, kind, fields}], each folded but the first few. `extra(entry)` stands in its head. */
export function entryChanges(entries, { sides, extra = () => null, open = 3 } = {}) {
  if (!entries.length) return empty("違いはありません。");
  return div("entry-changes", entries.map((entry, place) => h("details", { key: entry.id, open: place < open }, [
    h("summary", [extra(entry), chip(...KINDS[entry.kind]), h("span", { class: "entry-title" }, entry.title), h("span", { class: "muted small" }, entry.id)]),
    fieldChanges(entry.fields, sides),
  ])));
}

const LABELS = {
  category: "カテゴリ", title: "タイトル", questions: "質問", spoken: "音声回答", long: "詳細回答", vocabulary: "語彙", valid_from: "開始日",
  valid_until: "終了日", audience: "対象", escalate: "担当者へ引き継ぐ", enabled: "有効", mode: "回答方法", negatives: "違う質問", answer_at: "しきい値",
};
const NAMES = { caller: "お客様", operator: "担当者", both: "両方", verbatim: "そのまま", composed: "要約" };

function linesOf(name, value) {
  if (value === null || value === undefined || value === "") return [];
  if (name === "vocabulary") return value.map((term) => `${term.surface}＝${term.reading}`);
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === "boolean") return [value ? "はい" : "いいえ"];
  return (NAMES[value] ?? String(value)).split("\n");
}

/** The fields in which two wordings differ, as the server tells them. */
export function changesBetween(before, after) {
  return Object.entries(LABELS)
    .map(([field, label]) => ({ field, label, before: linesOf(field, before?.[field]), after: linesOf(field, after?.[field]) }))
    .filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after));
}
