// Lists that grow: wordings of a question, and words with their readings.

import { button, div, span } from "../../ui.js";
import { h, nextTick } from "../../vue.js";

const focus = (id) => nextTick(() => document.getElementById(id)?.focus());

/** Lines of text in `list`, to be added, moved and taken away. `extra(text, place)` stands at a line's end. */
export function lineList(list, { name, label, changed, disabled, placeholder, extra = () => null, wrong = () => "" }) {
  const put = (place, text) => {
    // Several lines that are pasted become several wordings.
    const [first, ...others] = text.split(/\r?\n/);
    list.splice(place, 1, first, ...others.filter((each) => each.trim()));
    changed();
  };
  const move = (place, step) => {
    const [text] = list.splice(place, 1);
    list.splice(place + step, 0, text);
    changed();
    focus(`${name}-${place + step}`);
  };
  const add = () => { list.push(""); focus(`${name}-${list.length - 1}`); };
  return div("line-list", h("ol", { "aria-label": label }, list.map((text, place) => h("li", { key: place }, [
    h("input", {
      id: `${name}-${place}`, class: "input", value: text, disabled, placeholder, "aria-label": `${label} ${place + 1}`,
      "aria-invalid": wrong(text) ? "true" : undefined, "aria-describedby": wrong(text) ? `${name}-${place}-wrong` : undefined,
      onInput: (event) => { list[place] = event.target.value; changed(); },
      onPaste: (event) => {
        const text = event.clipboardData.getData("text");
        if (text.includes("\n")) { event.preventDefault(); put(place, list[place] + text); }
      },
      onKeydown: (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); list.splice(place + 1, 0, ""); focus(`${name}-${place + 1}`); } },
    }),
    extra(text, place),
    !disabled && button("↑", { kind: "quiet", "aria-label": `${label} ${place + 1}を上へ`, disabled: place === 0, onClick: () => move(place, -1) }),
    !disabled && button("↓", { kind: "quiet", "aria-label": `${label} ${place + 1}を下へ`, disabled: place === list.length - 1, onClick: () => move(place, 1) }),
    !disabled && button("×", { kind: "quiet", "aria-label": `${label} ${place + 1}を取り除く`, onClick: () => { list.splice(place, 1); changed(); } }),
    wrong(text) && h("p", { id: `${name}-${place}-wrong`, class: "field-error" }, wrong(text)),
  ]))), !disabled && div("row", button("＋ 追加", { onClick: add }), span("hint", "Enterで次の行を足せます。複数行を貼り付けると、1行ずつに分かれます。")));
}

/** Words with readings in `list`: [{surface, reading}]. */
export function termList(list, { changed, disabled }) {
  const input = (term, place, which, said) => h("input", {
    id: `term-${which}-${place}`, class: "input", value: term[which], disabled, "aria-label": `語彙${place + 1}の${said}`, placeholder: said,
    onInput: (event) => { term[which] = event.target.value; changed(); },
  });
  return div("line-list", list.length > 0 && h("ol", { "aria-label": "語彙" }, list.map((term, place) => h("li", { key: place }, [
    input(term, place, "surface", "表記"), input(term, place, "reading", "よみ（かな）"),
    !disabled && button("×", { kind: "quiet", "aria-label": `語彙${place + 1}を取り除く`, onClick: () => { list.splice(place, 1); changed(); } }),
  ]))), !disabled && div("row", button("＋ 語を追加", { onClick: () => { list.push({ surface: "", reading: "" }); focus(`term-surface-${list.length - 1}`); } }),
    span("hint", "お客様の声を聞き取るときに、優先して使います。")));
}
