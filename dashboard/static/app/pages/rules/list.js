// The rules in the order in which they are looked at; moved by buttons, so by keyboard too.

import { button, chip, div, empty, span } from "../../ui.js";
import { h, nextTick } from "../../vue.js";

export function ruleList(draft, rules, view) {
  if (!rules.length) return empty("会社のルールはまだありません。「ルールを加える」から、担当者に引き継ぐ条件を作れます。いつも有効なルールは、そのまま働いています。");
  // Two neighbours change places by changing numbers; of equal numbers the lower one gives way.
  const move = (place, by) => {
    const [one, other] = [rules[place], rules[place + by]];
    if (!one || !other) return;
    if (one.order === other.order) one.order = Math.min(9999, Math.max(0, one.order + by));
    else [one.order, other.order] = [other.order, one.order];
    nextTick(() => document.getElementById(`move-${one.id}-${by}`)?.focus());
  };
  return h("ol", { class: "rule-list" }, rules.map((rule, place) => {
    const told = view.described[rule.id];
    const problem = draft.problems.find((each) => each.field === rule.id);
    return h("li", { key: rule.id, class: [view.opened === rule.id ? "chosen" : "", rule.enabled === false ? "resting" : ""] }, [
      h("button", { type: "button", class: "rule-open", "aria-pressed": String(view.opened === rule.id), onClick: () => { view.opened = rule.id; } }, [
        div("row", span("rule-order", String(rule.order)), h("strong", rule.title || "（題名なし）"), rule.enabled === false && chip("休止中"), problem && chip("要修正", "bad")),
        h("span", { class: "small" }, told ? `${told.condition} → ${told.action}` : ""),
      ]),
      draft.editable && div("rule-moves",
        button("↑", { kind: "quiet", id: `move-${rule.id}--1`, disabled: place === 0, "aria-label": `${rule.title}を上へ`, onClick: () => move(place, -1) }),
        button("↓", { kind: "quiet", id: `move-${rule.id}-1`, disabled: place === rules.length - 1, "aria-label": `${rule.title}を下へ`, onClick: () => move(place, 1) })),
    ]);
  }));
}
