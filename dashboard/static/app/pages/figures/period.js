// Which days and which calls the figures are of. Days are Japan's.

import { button, div, field, selectField } from "../../ui.js";
import { h } from "../../vue.js";

const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tokyo", year: "numeric", month: "2-digit", day: "2-digit" });
const dayBefore = (days, now = Date.now()) => DAY.format(new Date(now - days * 86_400_000));

export const PERIODS = {
  today: ["今日", () => [dayBefore(0), dayBefore(0)]],
  yesterday: ["昨日", () => [dayBefore(1), dayBefore(1)]],
  week: ["7日間", () => [dayBefore(6), dayBefore(0)]],
  month: ["30日間", () => [dayBefore(29), dayBefore(0)]],
};

/** What is asked for, from an address's query or anew. */
export function askedBy(query) {
  const [first, last] = query.from && query.to ? [query.from, query.to] : PERIODS.week[1]();
  return { from: first, to: last, called: query.called ?? "", category: query.category ?? "", entry: query.entry ?? "" };
}

/** The picker: the usual periods as buttons, any other by two days, and what to narrow down to. */
export function picker(asked, choices, change) {
  const chosen = Object.keys(PERIODS).find((key) => PERIODS[key][1]().every((day, at) => day === [asked.from, asked.to][at]));
  const dayField = (label, name) => field(label, { id: `d-${name}` }, (attrs) => h("input", {
    type: "date", class: "input", value: asked[name], max: dayBefore(0), required: true, ...attrs,
    onChange: (event) => { if (event.target.value) change({ [name]: event.target.value }); },
  }));
  const all = [["", "すべて"]];
  return div("figures-picker",
    h("div", { class: "period-buttons", role: "group", "aria-label": "期間" }, Object.entries(PERIODS).map(([key, [name, days]]) =>
      button(name, { kind: key === chosen ? "primary" : "plain", "aria-pressed": key === chosen ? "true" : "false", onClick: () => { const [from, to] = days(); change({ from, to }); } }))),
    dayField("始め", "from"), dayField("終わり", "to"),
    selectField("着信番号", asked, "called", { choices: [...all, ...(choices?.called ?? []).map((each) => [each, each])], onChange: () => change({}) }),
    selectField("FAQの分類", asked, "category", { choices: [...all, ...(choices?.categories ?? []).map((each) => [each, each])], onChange: () => change({}) }),
    selectField("FAQ", asked, "entry", { choices: [...all, ...(choices?.entries ?? []).map((each) => [each.id, each.title])], onChange: () => change({}) }),
  );
}
