// Words that are said, one sentence a line, heard at once.

import { filled, kept, shown } from "../tuning/slots.js";
import { session } from "../../session.js";
import { field } from "../../ui.js";
import { h } from "../../vue.js";

export function linesField({ label, model, name, disabled, hear, hint, fallback = [] }) {
  const lines = model[name] ?? fallback;
  return field(label, { id: `rule-${name}`, wide: true, hint }, (attrs) => h("div", { class: "lines" }, [
    h("textarea", {
      class: "input", rows: Math.max(2, lines.length), disabled, value: shown(lines.join("\n")), ...attrs,
      onChange: (event) => { model[name] = kept(event.target.value).split("\n").map((each) => each.trim()).filter(Boolean).slice(0, 6); },
    }),
    hear(label, () => filled((model[name] ?? fallback).join(""), session.company), { disabled: !lines.length }),
  ]));
}
