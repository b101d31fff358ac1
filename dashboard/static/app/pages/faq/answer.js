// The spoken answer: written, measured, read in kana, heard.

import { areaField, button, card, para, problem, span } from "../../ui.js";
import { h } from "../../vue.js";

const LONG_S = 30;
const SHOWN_AT_ONCE = 8;

export const remarks = (warnings, fields) => warnings.filter((each) => fields.includes(each.field)).map((each) => h("li", { key: each.message }, [
  each.message, each.instead ? span("instead", ` → 「${each.instead}」`) : null]));

/** What there is to say about fields, as a list; nothing when there is nothing. */
export const remarkList = (review, fields) => {
  const found = remarks(review?.warnings ?? [], fields);
  return found.length ? h("ul", { class: "remarks", "aria-label": "気をつけたいところ" }, found) : null;
};

export const wrongWith = (review, field) => (review?.problems ?? []).filter((each) => each.field === field).map((each) => each.message).join("");

/** voice: a `Voice`; content, review: of the draft. */
export function answerCard({ content, review, voice, changed, disabled }) {
  const { state, at, trouble } = voice.shown;
  const seconds = review?.seconds ?? 0;
  const listen = state === "off"
    ? button("▶ 聞いてみる", { onClick: () => voice.say(content.spoken), disabled: !content.spoken.trim() })
    : button("■ 止める", { busy: state === "making", onClick: () => voice.stop() });
  // A busy button takes no press, and stopping must always work.
  if (state === "making") listen.props.disabled = false;
  return card("音声回答", { actions: [span(seconds > LONG_S ? "length long" : "length", `約${seconds.toFixed(1)}秒・${review?.morae ?? 0}拍`), listen] },
    areaField("電話で読み上げる文", content, "spoken", { rows: 5, required: true, disabled, onInput: changed, error: wrongWith(review, "spoken") }),
    problem(trouble),
    remarkList(review, ["spoken"]),
    seconds > LONG_S && para("hint", `${LONG_S}秒を超えると、最後まで聞いていただけないことがあります。要点を先にして、短くすることをおすすめします。`),
    review?.sentences.length ? h("details", { class: "reading", open: review.sentences.length <= SHOWN_AT_ONCE }, [h("summary", "読み方"), h("ol", review.sentences.map((each, place) => h("li", {
      key: place, class: state === "on" && at === place ? "now" : "",
    }, [span("kana", each.kana), span("muted small", `${each.morae}拍`)])))]) : null,
    areaField("詳細回答（担当者だけが見ます）", content, "long", { rows: 3, disabled, onInput: changed, error: wrongWith(review, "long") }));
}
