// Answers that were probably wrong, by the entry that was spoken.

import { api, withQuery } from "../../api.js";
import { count, moment, percent } from "../../format.js";
import { may } from "../../session.js";
import { button, chip, div, during, empty, link, loaded, para, selectField, span, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive } from "../../vue.js";
import { Clip } from "./clip.js";
import { GoldenDialog } from "./entries.js";
import { DAYS, DOUBTS, counted } from "./words.js";

export const SuspectsPane = defineComponent({
  props: { entries: Array },
  emits: ["count"],
  setup(props, { emit }) {
    const view = reactive({ days: "7", golden: false, text: "", busy: false });
    const found = loaded(async () => {
      const data = await api.get(withQuery("/api/improve/suspects", { days: view.days }));
      emit("count", data.entries.length);
      return data;
    });
    onMounted(() => found.load());
    const negative = (entry, each) => during(view, "busy", async () => {
      await api.post("/api/improve/wordings", { entry_id: entry.entry_id, texts: [each.question], negative: true });
      toast("「この項目ではない質問」として下書きに加えました。公開すると使われます。");
    });
    const aside = (entry, each) => during(view, "busy", async () => {
      await api.post("/api/improve/aside", { turns: [{ call_id: each.call_id, turn: each.turn }], entry_id: entry.entry_id });
      toast("問題なしとして、一覧から外しました。");
      found.load();
    });
    const example = (entry, each) => h("li", { key: `${each.call_id}-${each.turn}`, class: "improve-example" }, [
      div("row", chip(DOUBTS[each.why], each.why === "voted" ? "bad" : "waiting"), link(moment(each.at), `/calls/${each.call_id}`, "link small"), each.voter && span("muted small", `${each.voter}${each.note ? `：${each.note}` : ""}`)),
      h("dl", { class: "facts" }, [
        h("dt", "質問"), h("dd", [each.question, h(Clip, { callId: each.call_id, turn: each.question_turn, text: each.question })]),
        h("dt", "回答"), h("dd", { class: "improve-said" }, each.answer),
        each.after ? [h("dt", "続けて"), h("dd", each.after)] : null,
      ]),
      div("row",
        may("faq.edit") && button("この項目ではない質問にする", { disabled: view.busy || each.question.includes("〈"), onClick: () => negative(entry, each) }),
        may("trials.run") && button("テストの質問にする", { onClick: () => { view.text = each.question; view.golden = true; } }),
        may("faq.edit") && button("問題なし", { kind: "quiet", disabled: view.busy, onClick: () => aside(entry, each) })),
    ]);
    const one = (entry) => h("section", { class: "card", key: entry.entry_id, "aria-label": entry.title }, [
      div("card-head", div("row", h("h2", link(entry.title, `/faq/${entry.entry_id}`)), chip(`疑い ${count(entry.count)}件`, "bad"), span("muted small", `この期間の回答 ${count(entry.answered)}回のうち ${percent(entry.answered ? entry.count / entry.answered : null, 0)}`)), div("actions", link("項目を直す", `/faq/${entry.entry_id}`, "button"))),
      span("muted small", counted(entry.why, DOUBTS)),
      h("ul", { class: "improve-list" }, entry.examples.map((each) => example(entry, each))),
    ]);
    return () => div("stack",
      div("row end", selectField("期間", view, "days", { id: "s-suspect-days", choices: DAYS, onChange: () => found.load() })),
      para("muted small", "担当者が「違う」と評価した回答、お客様が訂正した回答、さえぎって言い直した回答、すぐに担当者を求めた回答を集めています。"),
      whenLoaded(found, (data) => (data.entries.length ? div("stack", data.entries.map(one)) : empty("誤回答の疑いがある項目はありません。通話の記録で回答を評価すると、ここに集まります。"))),
      h(GoldenDialog, { open: view.golden, text: view.text, nearest: [], entries: props.entries, onClose: () => { view.golden = false; } }));
  },
});
