// Drafts that were mined from calls: beside the entry they are about and the calls they come from.

import { api, withQuery } from "../../api.js";
import { count, moment, percent } from "../../format.js";
import { may } from "../../session.js";
import { Dialog, areaField, button, chip, div, during, empty, every, link, loaded, notice, para, selectField, span, textField, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive } from "../../vue.js";
import { PublishDialog } from "../faq/publish.js";
import { entryChoice } from "./entries.js";
import { DAYS } from "./words.js";

const STATES = [["waiting", "判断待ち"], ["approved", "承認済み"], ["rejected", "却下"]];
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

export const DraftsPane = defineComponent({
  props: { entries: Array, categories: Array },
  emits: ["count"],
  setup(props, { emit }) {
    const view = reactive({ state: "waiting", days: "7", open: null, reject: null, reason: "", busy: false, publish: null });
    const form = reactive({ kind: "new_entry", title: "", category: "", questions: "", spoken: "", entry_id: "", note: "" });
    const drafts = loaded(async () => {
      const data = await api.get(withQuery("/api/improve/drafts", { state: view.state }));
      if (view.state === "waiting") emit("count", data.drafts.length);
      return data;
    });
    const mining = loaded(() => api.get("/api/improve/mining"));
    onMounted(() => { drafts.load(); mining.load(); });
    every(1_000, async () => {
      if (!mining.data?.running) return;
      await mining.load();
      if (!mining.data.running) drafts.load();
    });
    const mine = () => during(view, "busy", async () => { mining.data = await api.post("/api/improve/mining", { days: Number(view.days) }); });
    const edit = (draft) => {
      const { content } = draft;
      Object.assign(form, {
        kind: content.kind, title: content.title, category: draft.entry?.category ?? props.categories[0] ?? "未分類", questions: content.questions.join("\n"),
        spoken: (content.answer ?? []).join(""), entry_id: content.nearest?.entry_id ?? props.entries[0]?.id ?? "", note: "",
      });
      view.open = draft;
    };
    const approve = (publish) => during(view, "busy", async () => {
      const isNew = form.kind === "new_entry";
      const body = { kind: form.kind, title: form.title, category: form.category || "未分類", questions: lines(form.questions), spoken: isNew ? form.spoken : "", entry_id: isNew ? "" : form.entry_id, note: form.note };
      const made = await api.post(`/api/improve/drafts/${view.open.id}/approve`, body);
      view.open = null;
      toast("承認しました。FAQの下書きに入っています。");
      drafts.load();
      if (publish) view.publish = [made.entry_id];
    });
    const reject = () => during(view, "busy", async () => {
      await api.post(`/api/improve/drafts/${view.reject.id}/reject`, { reason: view.reason });
      view.reject = null;
      toast("却下しました。同じ通話からは、もう出てきません。");
      drafts.load();
    });
    const sources = (draft) => {
      const calls = [...new Set(draft.sources.map((each) => each.call_id))];
      return div("row small", span("muted", "もとの通話："), calls.slice(0, 6).map((id, at) => link(`通話${at + 1}`, `/calls/${id}`)), calls.length > 6 ? span("muted", `ほか${calls.length - 6}件`) : null);
    };
    const side = (title, ...content) => h("div", { class: "improve-side" }, [h("h3", title), ...content]);
    const one = (draft) => {
      const { content, entry } = draft;
      const adds = content.kind === "add_variants";
      return h("section", { class: "card", key: draft.id, "aria-label": content.title }, [
        div("card-head",
          div("row", h("h2", content.title), chip(adds ? "言い方の追加" : "新しい項目", "ai"), span("muted small", `${count(content.size)}回、${count(content.calls)}件の通話。${moment(draft.created_at)}に発見`)),
          draft.state === "waiting" && may("faq.edit") ? div("actions", button("内容を確かめて承認", { kind: "primary", "aria-label": `${content.title}を確かめて承認`, onClick: () => edit(draft) }), button("却下", { "aria-label": `${content.title}を却下`, onClick: () => { view.reject = draft; view.reason = ""; } })) : null),
        div("columns",
          side("見つかった質問と回答", h("ul", { class: "improve-list plain" }, content.questions.map((text) => h("li", text))), para("", (content.answer ?? []).join("") || "回答は見つかっていません。"),
            content.supported_by > 1 ? span("muted small", `${content.supported_by}件の通話で、同じ案内がありました。`) : null,
            content.disagreements?.length ? notice(`違う案内もあります：${content.disagreements.join("／")}`) : null),
          side(adds ? "追加先の項目" : "いちばん近い項目", entry
            ? div("stack tight", link(entry.title, `/faq/${content.nearest.entry_id}`), content.nearest.score !== undefined ? span("muted small", `近さ ${percent(content.nearest.score, 0)}`) : null, para("improve-said small", entry.spoken || "（回答はまだありません）"))
            : para("muted", "近い項目はありません。"))),
        sources(draft),
        draft.state !== "waiting" ? para("muted small", `${moment(draft.decided_at)}に${draft.decided_by}さんが${draft.state === "approved" ? "承認" : "却下"}しました。${draft.note ? `理由：${draft.note}` : ""}`) : null,
      ]);
    };
    const editor = () => h(Dialog, { open: Boolean(view.open), wide: true, title: "下書きを確かめて承認", onClose: () => { view.open = null; } }, {
      default: () => div("stack",
        selectField("取り込み方", form, "kind", { id: "d-kind", choices: [["new_entry", "新しい項目にする"], ["add_variants", "いまある項目の言い方に加える"]] }),
        form.kind === "add_variants"
          ? entryChoice("追加先の項目", form, "entry_id", props.entries, view.open.content.nearest?.title ? [view.open.content.nearest] : [])
          : div("fields", textField("タイトル", form, "title", { id: "d-title", required: true, max: 300 }), textField("カテゴリ", form, "category", { id: "d-category", required: true, max: 300 })),
        areaField("質問の言い方（1行に1つ）", form, "questions", { id: "d-questions", rows: 5, required: true }),
        form.kind === "new_entry" ? areaField("音声回答", form, "spoken", { id: "d-spoken", rows: 4, required: true, hint: "電話でそのまま読み上げます。担当者の話した言葉のままになっていないか、確かめてください。" }) : null,
        sources(view.open),
        textField("メモ", form, "note", { id: "d-note", max: 500 })),
      actions: () => {
        const ready = lines(form.questions).length && (form.kind === "add_variants" ? form.entry_id : form.title.trim() && form.spoken.trim());
        return [
          button("やめる", { onClick: () => { view.open = null; } }),
          may("faq.publish") && button("承認して公開へ進む", { busy: view.busy, disabled: !ready, onClick: () => approve(true) }),
          button("承認して下書きに入れる", { kind: "primary", busy: view.busy, disabled: !ready, onClick: () => approve(false) }),
        ];
      },
    });
    const miner = () => div("row end",
      selectField("表示", view, "state", { id: "d-state", choices: STATES, onChange: () => drafts.load() }),
      may("faq.edit") && selectField("調べる期間", view, "days", { id: "d-days", choices: DAYS }),
      may("faq.edit") && button("いま通話を調べる", { busy: view.busy || mining.data?.running, onClick: mine }),
      mining.data?.running ? div("trial-progress grow", h("progress", { max: 1, value: mining.data.share, "aria-label": "通話を調べている進み具合" }), span("muted small", `${count(mining.data.calls)}件の通話、質問${count(mining.data.questions)}件`)) : null,
      mining.data && !mining.data.running && mining.data.drafts !== null ? span("muted small", `${count(mining.data.calls)}件の通話を調べました。下書き ${count(mining.data.drafts)}件。`) : null,
      mining.data?.problem ? notice(mining.data.problem) : null);
    return () => div("stack", miner(),
      whenLoaded(drafts, (data) => (data.drafts.length ? div("stack", data.drafts.map(one)) : empty(view.state === "waiting" ? "判断を待つ下書きはありません。毎晩自動で調べます。「いま通話を調べる」ですぐに調べることもできます。" : "まだありません。"))),
      editor(),
      h(Dialog, { open: Boolean(view.reject), title: "下書きを却下", onClose: () => { view.reject = null; } }, {
        default: () => div("stack", para("", `「${view.reject?.content.title}」を却下します。`), textField("理由", view, "reason", { id: "d-reason", required: true, max: 300 })),
        actions: () => [button("やめる", { onClick: () => { view.reject = null; } }), button("却下する", { kind: "danger", busy: view.busy, disabled: !view.reason.trim(), onClick: reject })],
      }),
      h(PublishDialog, { open: Boolean(view.publish), keys: view.publish, onClose: () => { view.publish = null; }, onDone: () => { view.publish = null; drafts.load(); } }));
  },
});
