// Every figure in one table: value, change, numerator, denominator and formula.

import { card, span, table } from "../../ui.js";
import { h } from "../../vue.js";
import { change, denominatorText, explained, numeratorText } from "./meaning.js";

export function everything(board, meanings) {
  const groups = [...new Set(Object.values(meanings).map((each) => each.group))];
  const rows = (group) => board.figures.filter((each) => meanings[each.key].group === group);
  const columns = [
    { name: "name", label: "指標", cell: (row) => explained(meanings[row.key], row, "all", span("", meanings[row.key].name)) },
    { name: "text", label: "値", kind: "number", cell: (row) => h("strong", { "data-all": row.key }, row.text) },
    { name: "before", label: "前の期間", kind: "number" },
    { name: "change", label: "変化", kind: "number", cell: (row) => (row.change ? change(row) : "―") },
    { name: "numerator", label: "分子", kind: "number", cell: (row) => h("span", { "data-numerator": row.key }, numeratorText(meanings[row.key], row)) },
    { name: "denominator", label: "分母", kind: "number", cell: (row) => h("span", { "data-denominator": row.key }, denominatorText(meanings[row.key], row)) },
    { name: "formula", label: "計算式", cell: (row) => span("small muted", meanings[row.key].formula) },
  ];
  return groups.map((group) => card(group, { key: group }, table(columns, rows(group), { key: "key", caption: `${group}の指標` })));
}
