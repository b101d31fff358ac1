// What the draft's rules would have done with the last calls.

import { api } from "../../api.js";
import { button, card, div, during, empty, link, notice, para, selectField, table } from "../../ui.js";
import { defineComponent, h, reactive } from "../../vue.js";

const columns = [
  { name: "call_id", label: "通話", cell: (row) => link("開く", `/calls/${encodeURIComponent(row.call_id)}`) },
  { name: "title", label: "ルール" },
  { name: "text", label: "お客様のお話", cell: (row) => row.text || "（お声なし）" },
  { name: "because", label: "理由", cell: (row) => row.because.join("、") },
];

export const TryOut = defineComponent({
  props: { draft: Object },
  setup(props) {
    const view = reactive({ last: "500", result: null, busy: false, of: "" });
    const run = () => during(view, "busy", async () => {
      view.result = await api.post("/api/rules/dry-run", { content: props.draft.content, last: Number(view.last) });
      view.of = JSON.stringify(props.draft.content);
    });
    const listed = (title, hits, none) => card(`${title}（${hits.length}${hits.length >= view.result.shown ? "件以上" : "件"}）`, {},
      table(columns, hits.map((hit, place) => ({ ...hit, place })), { key: "place", empty: none }));
    return () => div("stack",
      card("過去の通話で試す", {}, para("muted", "下書きのルールを過去の通話に当てて、引き継ぎがどう変わるかを確かめます。記録も、いまの応対も変わりません。"),
        div("row end", selectField("試す通話", view, "last", { id: "try-last", choices: [["100", "直近100件"], ["500", "直近500件"], ["2000", "直近2,000件"]] }),
          button(view.busy ? "試しています…" : "試す", { kind: "primary", busy: view.busy, disabled: props.draft.problems.length > 0, onClick: run })),
        props.draft.problems.length > 0 && notice("赤い「要修正」のルールを直すと、試せます。")),
      view.result && view.of !== JSON.stringify(props.draft.content) && notice("試したあとで、ルールが変わっています。もう一度お試しください。"),
      view.result && (view.result.calls === 0 ? empty("試せる通話がまだありません。お電話を受けてから、お試しください。") : [
        h("p", { class: "headline", "aria-live": "polite" }, view.result.headline),
        view.result.by_rule.length > 0 && card("ルールごとの件数", {}, table([
          { name: "title", label: "ルール" }, { name: "calls", label: "件数", kind: "number" },
          { name: "share", label: "", cell: (row) => h("span", { class: "share-box", "aria-hidden": "true" }, [h("span", { class: "share-bar", style: { width: `${Math.round((row.calls / Math.max(1, view.result.escalated + view.result.ended)) * 100)}%` } })]) },
        ], view.result.by_rule)),
        listed("新たに引き継ぐ", view.result.newly, "新たに引き継ぐ通話はありません。"),
        listed("引き継がなくなる", view.result.no_longer, "引き継がなくなる通話はありません。"),
        view.result.by_another.length > 0 && listed("別のルールになる", view.result.by_another, ""),
        h("details", { class: "more" }, [h("summary", `引き継ぐ通話のすべて（${view.result.escalated}件）`), table(columns, view.result.hits.map((hit, place) => ({ ...hit, place })), { key: "place" })]),
      ]));
  },
});
