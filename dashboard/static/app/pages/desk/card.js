// The right column: who calls and why, what might be answered, and the calls before.

import { clock, moment, percent } from "../../format.js";
import { may } from "../../session.js";
import { button, card, chip, Dialog, link, textField } from "../../ui.js";
import { defineComponent, h, reactive } from "../../vue.js";

const THUMB = "M2 10h4v11H2zM8 21V10l5-8c1.4 0 2.3 1.1 2 2.5L14 9h6c1.2 0 2.1 1.1 1.9 2.3l-1.4 7.9A2.2 2.2 0 0 1 18.3 21z";
const REASONS = ["ご本人確認のため", "折り返しのお電話のため", "お手続きのため"];

/** The card of the caller. */
export const CallerCard = defineComponent({
  props: { desk: Object, deeds: Object },
  setup(props) {
    const shown = reactive({ asking: false, reason: REASONS[0] });
    const unmask = async () => { if (await props.deeds.unmask(shown.reason)) shown.asking = false; };
    return () => {
      const { pop } = props.desk;
      if (!pop) return card("お客様", {}, h("p", { class: "muted small" }, "お客様の情報を読み込んでいます…"));
      const rows = [
        ["番号", h("strong", pop.caller || "番号なし")],
        ["理由", pop.reason || "―"],
        ["ご用件", pop.matter || "まだ伺えていません"],
        ...pop.collected.map(({ name, value }) => [name, value]),
        ["最後のFAQ", pop.last_faq ? link(pop.last_faq.title, `/faq/${encodeURIComponent(pop.last_faq.entry_id)}`, "link", { target: "_blank" }) : "まだご案内していません"],
        ["お待ち", pop.waited_s === null ? "―" : clock(pop.waited_s)],
      ];
      return card("お客様", { kind: "desk-caller", actions: [
        pop.tone ? chip(pop.tone, pop.tone.includes("落ち着") ? "good" : "waiting") : null,
        may("personal.unmask") && !pop.unmasked ? button("伏せ字を外す", { kind: "quiet", onClick: () => { shown.asking = true; } }) : null,
      ] }, [
        h("dl", { class: "facts" }, rows.flatMap(([name, value]) => [h("dt", name), h("dd", [value])])),
        pop.next_step ? h("p", { class: "notice good small" }, `次の対応：${pop.next_step}`) : null,
        pop.note.length ? h("details", { class: "small" }, [h("summary", "引き継ぎメモの全文"), h("dl", { class: "facts small" }, pop.note.flatMap((part) => [h("dt", part.heading), h("dd", part.text)]))]) : null,
        h(Dialog, { open: shown.asking, title: "伏せ字を外す", onClose: () => { shown.asking = false; } }, {
          default: () => [
            h("p", "15分のあいだ、この通話のお名前や番号が見えます。見た人と理由は、監査ログに残ります。"),
            textField("理由（5文字以上）", shown, "reason", { id: "unmask-reason", attrs: { list: "unmask-reasons" } }),
            h("datalist", { id: "unmask-reasons" }, REASONS.map((reason) => h("option", { value: reason }))),
          ],
          actions: () => [button("伏せ字を外す", { kind: "primary", busy: props.desk.busy === "unmask", disabled: shown.reason.trim().length < 5, onClick: unmask })],
        }),
      ]);
    };
  },
});

/** What might be answered. One click puts it into the box, another speaks it. */
export const Suggestions = defineComponent({
  props: { desk: Object, deeds: Object, draft: Object },
  setup(props) {
    const shown = reactive({ query: "" });
    const search = () => props.deeds.suggest(shown.query.trim());
    const one = (suggestion) => h("li", { key: suggestion.entry_id, class: "suggestion" }, [
      h("div", { class: "entry-head" }, [
        h("strong", suggestion.title), h("span", { class: "number", title: "一致度" }, percent(suggestion.score, 0)),
      ]),
      h("p", { class: "small" }, [
        suggestion.operator_only ? chip("担当者のみ", "waiting") : null,
        link(`${suggestion.entry_id}（第${suggestion.version}版）`, `/faq/${encodeURIComponent(suggestion.entry_id)}`, "link small", { target: "_blank" }),
      ]),
      h("p", { class: "suggested" }, suggestion.operator_only ? suggestion.long || suggestion.spoken : suggestion.spoken),
      !suggestion.operator_only && suggestion.long ? h("details", { class: "small" }, [h("summary", "担当者向けの説明"), h("p", suggestion.long)]) : null,
      h("div", { class: "entry-foot" }, [
        thumb(suggestion, "right", "合っている"), thumb(suggestion, "wrong", "違う"), h("span", { class: "grow" }),
        suggestion.operator_only ? null : button("読み上げる", { disabled: props.desk.onHold, onClick: () => props.deeds.say(suggestion.spoken.slice(0, 500)) }),
        suggestion.operator_only ? null : button("入れる", { kind: "primary", title: "文字で話す欄に入れます", onClick: () => { props.draft.text = suggestion.spoken.slice(0, 500); props.draft.focus += 1; } }),
      ]),
    ]);
    const thumb = (suggestion, verdict, said) => button(h("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true", class: verdict === "wrong" ? "thumb-down" : "" }, [h("path", { d: THUMB, fill: "currentColor" })]), {
      kind: "quiet thumb", title: said, "aria-label": `「${suggestion.title}」は${said}`, onClick: () => props.deeds.vote(suggestion, verdict),
    });
    return () => {
      const found = props.desk.suggestions;
      return card("回答の候補", { kind: "desk-suggestions" }, [
        h("form", { class: "say-row", role: "search", onSubmit: (event) => { event.preventDefault(); search(); } }, [
          h("input", { class: "input", "aria-label": "FAQを探す言葉", placeholder: "FAQを探す（空ならお客様の最後のお話）", value: shown.query, onInput: (event) => { shown.query = event.target.value; } }),
          button("探す", { type: "submit" }),
        ]),
        found?.suggestions?.length ? h("ul", { class: "entries" }, found.suggestions.map(one))
          : h("div", { class: "row" }, [
            h("p", { class: "muted small grow" }, found ? "一致度の高いFAQがありません。" : "お客様のお話に合うFAQを、ここに出します。"),
            found ? button("近いものも見る", { onClick: () => props.deeds.suggest(shown.query.trim(), 0.2) }) : null,
          ]),
      ]);
    };
  },
});

/** The calls that the same number made before. */
export function earlierCalls(pop) {
  if (!pop) return null;
  return card("これまでのお電話", { kind: "desk-earlier" }, pop.earlier.length ? h("ul", { class: "entries small" }, pop.earlier.map((call) =>
    h("li", { key: call.id, class: "entry" }, [
      h("div", { class: "entry-head" }, [link(moment(call.started_at), `/calls/${encodeURIComponent(call.id)}`, "link", { target: "_blank" }), call.reason ? chip(call.reason) : null]),
      h("p", { class: "entry-matter" }, call.first_words || "（お話なし）"),
    ]))) : h("p", { class: "muted small" }, "この番号からは、初めてのお電話です。"));
}
