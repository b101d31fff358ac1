// Words that are said, one sentence a line, heard at once.

import { field } from "../../ui.js";
import { h } from "../../vue.js";

const SAMPLES = { "{company}": "みなと通信", "{when_back}": "11月24日、午前9時以降に" };
const filled = (lines) => Object.entries(SAMPLES).reduce((made, [slot, sample]) => made.replaceAll(slot, sample), lines.join(""));

export function linesField({ label, model, name, disabled, hear, hint, fallback = [] }) {
  const lines = model[name] ?? fallback;
  return field(label, { id: `rule-${name}`, wide: true, hint }, (attrs) => h("div", { class: "lines" }, [
    h("textarea", {
      class: "input", rows: Math.max(2, lines.length), disabled, value: lines.join("\n"), ...attrs,
      onChange: (event) => { model[name] = event.target.value.split("\n").map((each) => each.trim()).filter(Boolean).slice(0, 6); },
    }),
    hear(label, () => filled(model[name] ?? fallback), { disabled: !lines.length }),
  ]));
}
