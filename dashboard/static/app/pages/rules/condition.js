// A condition as a person builds it: a kind from a list, its values, and groups of more conditions within.

import { button, div, newId } from "../../ui.js";
import { h } from "../../vue.js";

const DEEPEST = 3;
const fresh = (spec) => ({ kind: spec.kind, ...Object.fromEntries(spec.fields.map((field) => [field.name, Array.isArray(field.default) ? [...field.default] : field.type === "choice" ? field.choices[0][0] : field.default])) });
const ofKind = (kind, parts) => {
  if (kind === "all" || kind === "any") return { kind, of: [fresh(parts.conditions[0])] };
  if (kind === "not") return { kind, of: fresh(parts.conditions[0]) };
  if (kind === "score") return { kind, at_least: 2, of: [{ when: fresh(parts.conditions[0]), weight: 1 }] };
  return fresh(parts.conditions.find((spec) => spec.kind === kind));
};

/** change(condition) takes the place of what stands there; `remove` is left out where it cannot be taken out. */
export function conditionEditor({ condition, parts, rules, disabled, change, remove, depth = 0, path = "0" }) {
  const group = parts.groups.find(([kind]) => kind === condition.kind);
  const spec = parts.conditions.find((each) => each.kind === condition.kind);
  const set = (name, value) => change({ ...condition, [name]: value });
  const choose = h("select", {
    class: "input kind", "aria-label": "条件の種類", value: condition.kind, disabled, id: `kind-${path}`,
    onChange: (event) => {
      const kind = event.target.value;
      const keeps = ["all", "any"].includes(kind) && ["all", "any"].includes(condition.kind);
      change(keeps ? { kind, of: condition.of } : ofKind(kind, parts));
    },
  }, [
    h("optgroup", { label: "条件" }, parts.conditions.map((each) => h("option", { value: each.kind, selected: each.kind === condition.kind }, each.title))),
    h("optgroup", { label: "組み合わせ" }, parts.groups.map(([kind, title]) => h("option", { value: kind, selected: kind === condition.kind, disabled: depth >= DEEPEST }, title))),
  ]);
  const inner = (part, place, replace, take) => conditionEditor({ condition: part, parts, rules, disabled, change: replace, remove: take, depth: depth + 1, path: `${path}-${place}` });
  const many = () => {
    const at = (place, value) => set("of", condition.of.map((each, number) => (number === place ? value : each)));
    const without = (place) => (condition.of.length > 1 ? () => set("of", condition.of.filter((_, number) => number !== place)) : undefined);
    const score = condition.kind === "score";
    return [
      score && number({ label: "合計がこれ以上", value: condition.at_least, disabled, min: 0.5, step: 0.5, change: (value) => set("at_least", value) }),
      ...condition.of.map((part, place) => div("condition-part",
        score && number({ label: "点", value: part.weight, disabled, min: -100, step: 0.5, change: (value) => at(place, { ...part, weight: value }) }),
        inner(score ? part.when : part, place, (value) => at(place, score ? { ...part, when: value } : value), without(place)))),
      !disabled && button("＋ 条件を加える", { kind: "quiet", onClick: () => set("of", [...condition.of, score ? { when: fresh(parts.conditions[0]), weight: 1 } : fresh(parts.conditions[0])]) }),
    ];
  };
  return div(`condition depth-${depth}`,
    div("row", choose, spec && spec.fields.map((field) => fieldOf(field, condition, { parts, rules, disabled, set })),
      remove && !disabled && button("×", { kind: "quiet", "aria-label": "この条件を外す", onClick: remove })),
    group && div("condition-group", condition.kind === "not" ? inner(condition.of, 0, (value) => set("of", value)) : many()));
}

function number({ label, value, disabled, min, max, step = 1, change }) {
  const id = newId("number");
  return h("label", { class: "condition-field", for: id }, [h("span", label), h("input", {
    id, type: "number", class: "input number", value, min, max, step, disabled, onChange: (event) => { if (event.target.value !== "") change(Number(event.target.value)); },
  })]);
}

function fieldOf(field, condition, { parts, rules, disabled, set }) {
  const value = condition[field.name] ?? field.default;
  const labelled = (control) => h("label", { class: "condition-field", key: field.name }, [h("span", field.title), control]);
  const select = (choices, many, chosen, change) => h("select", {
    class: "input", multiple: many || undefined, size: many ? Math.min(6, Math.max(3, choices.length)) : undefined, disabled,
    onChange: (event) => change(many ? [...event.target.selectedOptions].map((each) => each.value) : event.target.value),
  }, choices.map(([each, said]) => h("option", { value: each, selected: many ? chosen.includes(each) : each === chosen }, said)));
  switch (field.type) {
    case "words":
      return h("label", { class: "condition-field words", key: field.name }, [h("span", `${field.title}（1行に1つ）`), h("textarea", {
        class: "input", rows: Math.min(5, Math.max(2, value.length)), disabled, value: value.join("\n"), title: field.hint,
        onChange: (event) => set(field.name, event.target.value.split(/\n/).map((each) => each.trim()).filter(Boolean)),
      })]);
    case "percent":
      return number({ label: `${field.title}（％）`, value: Math.round(value * 100), disabled, min: 0, max: 100, step: 5, change: (each) => set(field.name, each / 100) });
    case "choices":
      return labelled(select(field.choices, true, value, (each) => set(field.name, each)));
    case "level":
      return labelled(select(field.choices, false, String(value), (each) => set(field.name, Number(each))));
    case "choice":
      return labelled(select(field.choices, false, value, (each) => set(field.name, each)));
    case "entries":
      return labelled(select(parts.entries, true, value, (each) => set(field.name, each)));
    case "categories":
      return labelled(select(parts.categories.map((each) => [each, each]), true, value, (each) => set(field.name, each)));
    case "rule":
      return labelled(select([["", "選んでください"], ...rules], false, value, (each) => set(field.name, each)));
    default:
      return number({ label: field.title, value, disabled, min: field.least, max: field.most, step: field.type === "count" ? 1 : "any", change: (each) => set(field.name, each) });
  }
}
