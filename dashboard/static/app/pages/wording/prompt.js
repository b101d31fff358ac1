// One prompt: its words, when they are said, what must stay in them, and how they sound.

import { saidOf } from "../tuning/draft.js";
import { filled, kept, shown } from "../tuning/slots.js";
import { session } from "../../session.js";
import { button, chip, div, span } from "../../ui.js";
import { h } from "../../vue.js";

export function promptField(spec, draft, longest, hear) {
  const prompts = draft.content.prompts;
  const own = spec.name in prompts;
  const text = prompts[spec.name] ?? spec.default;
  const { error, warnings } = saidOf(draft, spec.name);
  const id = `prompt-${spec.name}`;
  const change = (value) => {
    const flat = kept(value).replace(/[\r\n]+/g, "");
    if (flat === spec.default) delete prompts[spec.name];
    else prompts[spec.name] = flat;
  };
  const rules = [
    spec.must.length && `入れることば：${spec.must.map((word) => `「${word}」`).join("")}`,
    spec.fills.length && `差し込み：${spec.fills.map(shown).join("、")}`,
    spec.one && "一文で",
    spec.optional && "空欄にできます",
  ].filter(Boolean).join("　");
  return h("section", { class: "prompt", key: spec.name, "aria-label": spec.title }, [
    div("row", h("label", { for: id, class: "prompt-title" }, spec.title), own && chip("変更あり", "waiting"), span("small muted grow", spec.when),
      hear(spec.title, () => filled(text, session.company), { disabled: !text.trim() }),
      own && draft.editable && button("元の文に戻す", { kind: "quiet", "aria-label": `${spec.title}を元の文に戻す`, onClick: () => { delete prompts[spec.name]; } })),
    h("textarea", {
      id, class: "input", rows: text.length > 60 ? 2 : 1, value: shown(text), disabled: !draft.editable, maxlength: longest,
      "aria-invalid": error ? "true" : undefined, "aria-describedby": `${id}-said`, onInput: (event) => change(event.target.value),
    }),
    h("div", { id: `${id}-said`, class: "prompt-said" }, [
      error && h("p", { class: "field-error", key: "error" }, error),
      ...warnings.map((warning) => h("p", { class: "warning-text", key: warning }, `ご確認ください：${warning}`)),
      span("hint", [rules, rules && "　", `${text.length}/${longest}字`]),
    ]),
  ]);
}
