// A list of words that is changed in place: found, added at the top, taken out.

import { button, card, div, empty, span } from "../../ui.js";
import { h, nextTick } from "../../vue.js";

const A_PAGE = 50;
const folded = (text) => String(text ?? "").normalize("NFKC").toLowerCase();

/** columns: [{name, label, hint?, choices?}]; more(entry): a button beside each. view: {find, page}. */
export function wordTable(draft, view, columns, more) {
  const { entries } = draft.content;
  const wanted = folded(view.find.trim());
  const shown = entries.map((entry, place) => [entry, place])
    .filter(([entry]) => !wanted || columns.some((column) => folded(entry[column.name]).includes(wanted)));
  const pages = Math.max(1, Math.ceil(shown.length / A_PAGE));
  const page = Math.min(view.page, pages - 1);
  const wrong = new Map(draft.problems.map((each) => [Number(each.field), each.text]));
  const hidden = [...wrong.keys()].filter((place) => !shown.slice(page * A_PAGE, (page + 1) * A_PAGE).some(([, at]) => at === place));
  const fresh = () => Object.fromEntries(columns.map((column) => [column.name, column.choices ? 2 : ""]));

  const control = (entry, column, place) => {
    const attrs = {
      class: "input", "aria-label": `${entry.surface || "新しい語"}の${column.label}`, disabled: !draft.editable,
      "aria-invalid": wrong.has(place) ? "true" : undefined, id: `${draft.kind}-${place}-${column.name}`,
    };
    if (!column.choices) return h("input", { ...attrs, type: "text", maxlength: 120, value: entry[column.name] ?? "", onInput: (event) => { entry[column.name] = event.target.value; } });
    const value = String(entry[column.name] ?? 1);
    const choices = column.choices.some(([each]) => each === value) ? column.choices : [[value, value], ...column.choices];
    return h("select", { ...attrs, value, onChange: (event) => { entry[column.name] = Number(event.target.value); } },
      choices.map(([each, said]) => h("option", { value: each, selected: each === value }, said)));
  };

  return card("", { label: "語の一覧" },
    div("row",
      h("input", { type: "search", class: "input find", "aria-label": "語を探す", placeholder: "語や読みで探す", value: view.find, onInput: (event) => { view.find = event.target.value; view.page = 0; } }),
      span("small muted grow", wanted ? `${shown.length}件（全${entries.length}件）` : `${entries.length}件`),
      draft.editable && button("＋ 語を加える", { kind: "primary", onClick: () => {
        view.find = "";
        view.page = 0;
        entries.unshift(fresh());
        nextTick(() => document.getElementById(`${draft.kind}-0-surface`)?.focus());
      } })),
    hidden.length > 0 && h("p", { class: "field-error" }, `ほかのページに、直していただきたい語があります（${hidden.map((place) => `${place + 1}件目`).join("、")}）。`),
    shown.length === 0 ? empty(wanted ? "見つかりません。ほかの語でお探しください。" : "まだありません。「語を加える」から、会社や商品の名前を登録してください。")
      : div("table-box", h("table", { class: "table words" }, [
        h("thead", [h("tr", [...columns.map((column) => h("th", { scope: "col" }, [column.label, column.hint && span("hint", `　${column.hint}`)])), h("th", { scope: "col" }, [span("hidden-text", "操作")])])]),
        h("tbody", shown.slice(page * A_PAGE, (page + 1) * A_PAGE).map(([entry, place]) => h("tr", { key: place }, [
          ...columns.map((column, number) => h("td", { key: column.name }, [control(entry, column, place), number === 0 && wrong.has(place) && h("p", { class: "field-error" }, wrong.get(place))])),
          h("td", { class: "keep" }, [more?.(entry), draft.editable && button("消す", { kind: "quiet", "aria-label": `${entry.surface || "新しい語"}を消す`, onClick: () => entries.splice(place, 1) })]),
        ]))),
      ])),
    pages > 1 && div("row",
      button("前へ", { disabled: page === 0, onClick: () => { view.page = page - 1; } }), span("small", `${page + 1} / ${pages}`),
      button("次へ", { disabled: page >= pages - 1, onClick: () => { view.page = page + 1; } })));
}
