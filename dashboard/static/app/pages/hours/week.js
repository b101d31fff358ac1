// The week: open or not, from when to when.

import { h } from "../../vue.js";

export function weekGrid(draft, days) {
  const hours = draft.content.opening_hours;
  const set = (day, from, to) => { hours[day] = `${from}-${to}`; };
  return h("table", { class: "table week" }, [
    h("thead", [h("tr", [h("th", { scope: "col" }, "曜日"), h("th", { scope: "col" }, "受付"), h("th", { scope: "col" }, "時間")])]),
    h("tbody", days.map(([day, name]) => {
      const open = hours[day] !== "closed";
      const [from, to] = open ? hours[day].split("-") : ["", ""];
      const error = draft.problems.find((each) => each.field === `opening_hours.${day}`)?.text;
      const time = (label, value, change) => h("input", {
        type: "time", class: "input time", "aria-label": `${name}曜日の${label}`, value: value === "24:00" ? "00:00" : value, disabled: !draft.editable,
        "aria-invalid": error ? "true" : undefined, onChange: (event) => change(event.target.value),
      });
      return h("tr", { key: day }, [
        h("th", { scope: "row" }, `${name}曜日`),
        h("td", [h("label", { class: "check" }, [h("input", {
          type: "checkbox", checked: open, disabled: !draft.editable, "aria-label": `${name}曜日に受け付ける`,
          onChange: (event) => { hours[day] = event.target.checked ? "09:00-18:00" : "closed"; },
        }), h("span", open ? "受け付ける" : "お休み")])]),
        h("td", [open ? h("div", { class: "row" }, [
          time("始まり", from, (value) => set(day, value, to)), "～", time("終わり", to, (value) => set(day, from, value === "00:00" ? "24:00" : value)),
          to === "24:00" && h("span", { class: "small muted" }, "（24時まで）"),
        ]) : h("span", { class: "muted" }, "―"), error && h("p", { class: "field-error" }, error)]),
      ]);
    })),
  ]);
}
