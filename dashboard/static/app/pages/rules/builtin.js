// The rules that are always there: they cannot be switched off; their words and queues are the company's own.

import { kept, shown } from "../tuning/slots.js";
import { button, card, chip, div, para, textField } from "../../ui.js";
import { h } from "../../vue.js";

export function builtInList(draft, parts) {
  const tuningOf = (rule) => draft.content.rules.find((each) => each.id === rule.id);
  const tune = (rule, changes) => {
    const known = tuningOf(rule);
    if (known) Object.assign(known, changes);
    else draft.content.rules.unshift({ id: rule.id, ...changes });
  };
  const untune = (rule) => { draft.content.rules = draft.content.rules.filter((each) => each.id !== rule.id); };
  return div("stack", para("muted", "安全のため、いつも働くルールです。消すことも、条件を変えることもできません。お伝えする文と窓口は変えられます。"),
    div("columns", parts.built_in.map((rule) => {
      const own = tuningOf(rule);
      const then = own?.then ?? rule.then;
      const say = own?.say ?? rule.say;
      const wrong = draft.problems.filter((each) => each.field === rule.id || each.text.includes(`「${rule.id}」`));
      return card(rule.title, { actions: [chip("いつも有効", "good"), own && chip("変更あり", "waiting"), own && draft.editable && button("元に戻す", { kind: "quiet", "aria-label": `${rule.title}を元に戻す`, onClick: () => untune(rule) })] },
        h("p", { class: "small" }, `条件：${rule.condition}`),
        "queue" in then ? textField("窓口", { queue: then.queue }, "queue", { id: `queue-${rule.id}`, max: 30, disabled: !draft.editable, onInput: (queue) => tune(rule, { then: { ...then, queue } }) }) : null,
        h("div", { class: "field" }, [
          h("label", { for: `say-${rule.id}` }, "お伝えする文（1行に1文）"),
          h("textarea", { id: `say-${rule.id}`, class: "input saying", rows: Math.max(2, say.length), disabled: !draft.editable, value: shown(say.join("\n")), onChange: (event) => tune(rule, { say: kept(event.target.value).split("\n").map((each) => each.trim()).filter(Boolean) }) }),
        ]),
        wrong.map((each) => h("p", { class: "field-error", key: each.text }, each.text)));
    })));
}
