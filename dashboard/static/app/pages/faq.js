// All entries of the FAQ: found as one types, narrowed by category and state, opened to be changed.

import { ImportDialog } from "./faq/import.js";
import { PublishDialog } from "./faq/publish.js";
import { AUDIENCE_NAMES, stateChips } from "./faq/words.js";
import { api, withQuery } from "../api.js";
import { day, moment } from "../format.js";
import { go, place } from "../router.js";
import { may } from "../session.js";
import {
  Dialog, button, card, div, during, link, loaded, pageOf, para, problem, span, table, textField, useStyle, whenLoaded,
} from "../ui.js";
import { defineComponent, h, onBeforeUnmount, onMounted, reactive, watch } from "../vue.js";

const FILTERS = [
  ["changed", "変更中", { changed: true }], ["published", "公開中", { changed: false }],
  ["expired", "期限切れ", { validity: "expired" }], ["operator", "担当者のみ", { only: "operator" }],
];
const TOLD_FOR_MS = 7 * 24 * 3600 * 1000;
const period = (row) => (row.valid_from || row.valid_until ? `${row.valid_from ? day(row.valid_from) : ""}〜${row.valid_until ? day(row.valid_until) : ""}` : "");

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("faq");
    const wanted = reactive({ q: place.query.q ?? "", category: place.query.category ?? "", filter: place.query.state ?? "" });
    const open = reactive({ publish: false, import: false, make: false, export: false });
    const made = reactive({ title: "", category: "", question: "", busy: false });
    const narrowed = () => ({ q: wanted.q.trim(), ...FILTERS.find(([value]) => value === wanted.filter)?.[2] });
    const list = loaded(() => api.get(withQuery("/api/faq", narrowed())));
    const plans = loaded(() => api.get("/api/plans"));
    const undone = () => (plans.data ?? []).filter((plan) => ["stale", "failed"].includes(plan.state) && Date.now() - Date.parse(plan.at) < TOLD_FOR_MS);
    let waiting = null;
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => list.load(), 120); };
    onMounted(() => { list.load(); plans.load(); });
    onBeforeUnmount(() => clearTimeout(waiting));
    watch(() => wanted.q, soon);
    watch(() => wanted.filter, () => list.load());

    const make = () => during(made, "busy", async () => {
      const content = { title: made.title, category: made.category, questions: made.question ? [made.question] : [] };
      const entry = await api.post("/api/faq/entries", { content });
      go(`/faq/${entry.id}`);
    });

    const shown = (data) => (wanted.category ? data.entries.filter((row) => row.category === wanted.category) : data.entries);
    const categories = (data) => h("nav", { class: "faq-categories", "aria-label": "カテゴリ" }, [
      ["", "すべて", data.entries.length], ...data.categories.map((each) => [each.name, each.name, each.count]),
    ].map(([value, said, count]) => h("button", {
      key: value, type: "button", class: "faq-category", "aria-pressed": wanted.category === value ? "true" : "false",
      onClick: () => { wanted.category = value; },
    }, [h("span", said), h("span", { class: "muted" }, String(count))])));
    const filters = (data) => h("div", { class: "row", role: "group", "aria-label": "状態で絞り込む" }, FILTERS.map(([value, said]) => {
      const count = value === "published" ? data.total - data.counts.changed : data.counts[value];
      const on = wanted.filter === value;
      return button(`${said} ${count}`, { kind: on ? "primary" : "plain", "aria-pressed": String(on), onClick: () => { wanted.filter = on ? "" : value; } });
    }));
    const rows = (data) => table([
      { label: "タイトルと回答", cell: (row) => div("faq-cell", link(row.title, `/faq/${row.id}`), h("span", { class: "muted small one-line" }, row.spoken || "（音声回答は未記入です）")) },
      ...(wanted.category ? [] : [{ label: "カテゴリ", kind: "category", cell: (row) => row.category }]),
      { label: "質問", kind: "number", cell: (row) => row.questions },
      { label: "対象と期間", kind: "keep small", cell: (row) => [AUDIENCE_NAMES[row.audience], period(row) && [h("br"), span("muted", period(row))]] },
      { label: "状態", cell: (row) => div("chips", stateChips(row), row.changed_by && span("muted small", `${row.changed_by} ${moment(row.changed_at)}`)) },
    ], shown(data), {
      onRow: (row) => go(`/faq/${row.id}`),
      empty: data.total ? "条件に合うFAQはありません。ことばを変えるか、絞り込みを外してください。" : "FAQはまだありません。「新しく作る」か「取り込む」から始めてください。",
    });
    const body = (data) => div("faq-list", categories(data), card("", { label: "FAQの一覧" },
      div("row", h("label", { class: "hidden-text", for: "faq-q" }, "FAQをさがす"), h("input", {
        id: "faq-q", type: "search", class: "input grow", value: wanted.q, placeholder: "タイトル、質問、回答のことばでさがす", onInput: (event) => { wanted.q = event.target.value; },
      }), filters(data)),
      rows(data),
      para("muted small", `公開中は第${data.version}版、全${data.total}件のうち${shown(data).length}件を表示しています。`)));

    const makeDialog = () => h(Dialog, { open: open.make, title: "新しいFAQ", onClose: () => { open.make = false; } }, {
      default: () => div("stack",
        textField("タイトル", made, "title", { required: true, placeholder: "例：引き落とし日の確認", max: 300 }),
        textField("カテゴリ", made, "category", { required: true, attrs: { list: "faq-known" }, max: 300 }),
        h("datalist", { id: "faq-known" }, (list.data?.categories ?? []).map((each) => h("option", { value: each.name }))),
        textField("お客様のたずね方（ひとつ）", made, "question", { placeholder: "例：引き落としはいつですか", max: 300 })),
      actions: () => [button("やめる", { onClick: () => { open.make = false; } }), button("作って編集する", { kind: "primary", busy: made.busy, disabled: !made.title.trim() || !made.category.trim(), onClick: make })],
    });
    const exportDialog = () => h(Dialog, { open: open.export, title: "ファイルに書き出す", onClose: () => { open.export = false; } }, {
      default: () => div("stack", ...[["公開中の内容", ""], ["変更中の内容を含む", "true"]].map(([said, draft]) => div("row", h("span", { class: "grow" }, said),
        ...[["csv", "CSV"], ["xlsx", "Excel"], ["yaml", "YAML"]].map(([form, name]) => h("a", {
          class: "button", href: withQuery("/api/faq/export", { form, draft }), download: "", onClick: () => { open.export = false; },
        }, name))))),
    });

    return () => pageOf("FAQ", [
      may("faq.edit") && button("取り込む", { onClick: () => { open.import = true; } }),
      button("書き出す", { onClick: () => { open.export = true; } }),
      may("faq.edit") && button("新しく作る", { onClick: () => { Object.assign(made, { title: "", category: wanted.category, question: "" }); open.make = true; } }),
      may("faq.publish") && button(`変更を公開${list.data ? `（${list.data.counts.changed}件）` : ""}`, { kind: "primary", disabled: !list.data?.counts.changed, onClick: () => { open.publish = true; } }),
    ].filter(Boolean),
    ...undone().map((plan) => problem(`${moment(plan.at)}に予約された公開はできませんでした。${plan.result}`, link("予約を見る", "/publications?kind=plans"))),
    whenLoaded(list, body), makeDialog(), exportDialog(),
    h(PublishDialog, { open: open.publish, keys: null, onClose: () => { open.publish = false; }, onDone: () => { open.publish = false; list.load(); } }),
    h(ImportDialog, { open: open.import, onClose: () => { open.import = false; }, onDone: () => { open.import = false; list.load(); } }));
  },
});
