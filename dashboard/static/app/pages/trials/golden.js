// The golden questions: what is asked of every draft, and which entry has to answer.

import { api } from "../../api.js";
import { may } from "../../session.js";
import { Dialog, button, checkField, chip, div, during, field, link, loaded, para, table, textField, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive } from "../../vue.js";

export const Golden = defineComponent({
  emits: ["count"],
  setup(props, { emit }) {
    const wanted = reactive({ q: "" });
    const open = reactive({ edit: false, remove: null, busy: false });
    const edited = reactive({ id: "", text: "", expected: "", tags: "", spoken: true });
    const take = (told) => { emit("count", told.questions.length); return told; };
    const golden = loaded(async () => take(await api.get("/api/golden")));
    const entries = loaded(async () => (await api.get("/api/faq")).entries);
    onMounted(() => { golden.load(); entries.load(); });
    const titleOf = (id) => entries.data?.find((each) => each.id === id)?.title ?? id;
    const edit = (row) => {
      Object.assign(edited, row ? { ...row, tags: row.tags.join("、") } : { id: "", text: "", expected: "", tags: "", spoken: true });
      open.edit = true;
    };
    const save = () => during(open, "busy", async () => {
      const body = { text: edited.text, expected: edited.expected, spoken: edited.spoken, tags: edited.tags.split(/[、,]/).map((tag) => tag.trim()).filter(Boolean) };
      golden.data = take(edited.id ? await api.put(`/api/golden/${edited.id}`, body) : await api.post("/api/golden", body));
      open.edit = false;
      toast("テストの質問を保存しました。次のテストから使います。");
    });
    const remove = () => during(open, "busy", async () => {
      golden.data = take(await api.remove(`/api/golden/${open.remove.id}`));
      open.remove = null;
      toast("テストの質問を削除しました。");
    });
    const shown = (rows) => rows.filter((row) => !wanted.q || [row.text, titleOf(row.expected), ...row.tags].some((text) => text.includes(wanted.q)));
    const columns = [
      { label: "質問", cell: (row) => row.text },
      { label: "回答すべき項目", cell: (row) => (row.expected ? link(titleOf(row.expected), `/faq/${row.expected}`) : chip("回答しない", "waiting")) },
      { label: "タグ", cell: (row) => div("row", row.tags.map((tag) => chip(tag))) },
      { label: "音声", cell: (row) => (row.spoken ? "テストする" : "しない") },
      { label: "", cell: (row) => may("trials.run") && div("row nowrap", button("変更", { "aria-label": `${row.text}を変更`, onClick: () => edit(row) }), button("削除", { kind: "quiet", "aria-label": `${row.text}を削除`, onClick: () => { open.remove = row; } })) },
    ];
    const editDialog = () => h(Dialog, { open: open.edit, title: edited.id ? "テストの質問を変更" : "テストの質問を追加", onClose: () => { open.edit = false; } }, {
      default: () => div("stack",
        textField("質問", edited, "text", { required: true, max: 300, placeholder: "お客様の言い方で書きます", hint: "FAQの質問と同じ文ではなく、別の言い方にすると、よいテストになります。" }),
        field("回答すべき項目", { id: "golden-expected", hint: "「回答しない」は、担当外の質問に答えてしまわないかを確かめます。" }, (attrs) => h("select", {
          class: "input", ...attrs, value: edited.expected, onChange: (event) => { edited.expected = event.target.value; },
        }, [h("option", { value: "" }, "回答しない"), ...(entries.data ?? []).map((each) => h("option", { value: each.id, selected: each.id === edited.expected }, `${each.category}／${each.title}`))])),
        textField("タグ", edited, "tags", { hint: "「、」で区切ります。", max: 200 }),
        checkField("音声でもテストする", edited, "spoken")),
      actions: () => [button("やめる", { onClick: () => { open.edit = false; } }), button("保存する", { kind: "primary", busy: open.busy, disabled: !edited.text.trim(), onClick: save })],
    });
    const removeDialog = () => h(Dialog, { open: Boolean(open.remove), title: "テストの質問を削除", onClose: () => { open.remove = null; } }, {
      default: () => para("", `「${open.remove?.text}」を削除します。過去のテスト結果は残ります。`),
      actions: () => [button("やめる", { onClick: () => { open.remove = null; } }), button("削除する", { kind: "danger", busy: open.busy, onClick: remove })],
    });
    return () => div("stack", whenLoaded(golden, (data) => div("stack",
      div("row", h("label", { class: "hidden-text", for: "golden-q" }, "質問をさがす"), h("input", {
        id: "golden-q", type: "search", class: "input grow", placeholder: "質問、項目、タグでさがす", value: wanted.q, onInput: (event) => { wanted.q = event.target.value; },
      }), may("trials.run") && button("質問を追加", { kind: "primary", onClick: () => edit(null) })),
      para("muted small", `全${data.questions.length}件（第${data.version}版）。通話の記録や「改善候補」からも追加できます。`),
      table(columns, shown(data.questions), { empty: data.questions.length ? "条件に合う質問はありません。" : "テストの質問はまだありません。「質問を追加」から始めてください。" }))),
    editDialog(), removeDialog());
  },
});
