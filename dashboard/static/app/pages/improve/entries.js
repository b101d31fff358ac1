// Dialogs that put what callers asked into the FAQ's work in progress, or among the golden questions.

import { api } from "../../api.js";
import { go } from "../../router.js";
import { Dialog, button, checkField, div, during, field, para, selectField, textField, toast } from "../../ui.js";
import { defineComponent, h, reactive, watch } from "../../vue.js";

/** A choice of one entry, the nearest first. props: entries, nearest ([{entry_id, title, score}]), modelValue. */
export const entryChoice = (label, model, name, entries, nearest = [], hint = "") => field(label, { id: `e-${name}`, hint }, (attrs) => h("select", {
  class: "input", ...attrs, value: model[name], onChange: (event) => { model[name] = event.target.value; },
}, [
  nearest.length ? h("optgroup", { label: "近い項目" }, nearest.map((each) => h("option", { value: each.entry_id }, `${each.title}（${Math.round(each.score * 100)}%）`))) : null,
  h("optgroup", { label: "すべての項目" }, entries.map((each) => h("option", { value: each.id }, `${each.category}／${each.title}`))),
]));

const wordingChoice = (texts, chosen) => h("fieldset", { class: "improve-wordings" }, [
  h("legend", "加える言い方"), ...texts.map((text, at) => checkField(text, chosen, text, { id: `wording-${at}` })),
]);

/** props: open, texts, nearest, entries. Emits close, done. */
export const AddDialog = defineComponent({
  props: { open: Boolean, texts: Array, nearest: Array, entries: Array },
  emits: ["close", "done"],
  setup(props, { emit }) {
    const form = reactive({ entry: "", busy: false });
    const chosen = reactive({});
    watch(() => props.open, (open) => {
      if (!open) return;
      form.entry = props.nearest[0]?.entry_id ?? props.entries[0]?.id ?? "";
      for (const key of Object.keys(chosen)) delete chosen[key];
      for (const text of props.texts) chosen[text] = true;
    });
    const wanted = () => props.texts.filter((text) => chosen[text]);
    const save = (open) => during(form, "busy", async () => {
      await api.post("/api/improve/wordings", { entry_id: form.entry, texts: wanted() });
      toast("言い方を下書きに加えました。公開すると、次の通話から使われます。");
      emit("done");
      if (open) go(`/faq/${form.entry}`);
    });
    return () => h(Dialog, { open: props.open, title: "言い方をFAQに追加", onClose: () => emit("close") }, {
      default: () => div("stack", entryChoice("追加先の項目", form, "entry", props.entries, props.nearest), wordingChoice(props.texts, chosen)),
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button("追加して項目を開く", { busy: form.busy, disabled: !wanted().length, onClick: () => save(true) }),
        button("下書きに追加する", { kind: "primary", busy: form.busy, disabled: !wanted().length, onClick: () => save(false) }),
      ],
    });
  },
});

/** props: open, texts, title, category (the likeliest), categories. Emits close. Opens the new entry's editor. */
export const NewDialog = defineComponent({
  props: { open: Boolean, texts: Array, title: String, category: String, categories: Array },
  emits: ["close"],
  setup(props, { emit }) {
    const form = reactive({ title: "", category: "", busy: false });
    const chosen = reactive({});
    watch(() => props.open, (open) => {
      if (!open) return;
      Object.assign(form, { title: props.title, category: props.category || props.categories[0] || "" });
      for (const key of Object.keys(chosen)) delete chosen[key];
      for (const text of props.texts) chosen[text] = true;
    });
    const wanted = () => props.texts.filter((text) => chosen[text]);
    const make = () => during(form, "busy", async () => {
      const made = await api.post("/api/improve/entries", { title: form.title, category: form.category, texts: wanted() });
      toast("新しい項目を下書きに作りました。回答を書いて公開してください。");
      go(`/faq/${made.entry_id}`);
    });
    return () => h(Dialog, { open: props.open, title: "新しいFAQにする", onClose: () => emit("close") }, {
      default: () => div("stack",
        textField("タイトル", form, "title", { id: "new-title", required: true, max: 300 }),
        textField("カテゴリ", form, "category", { id: "new-category", required: true, max: 300, attrs: { list: "improve-categories" } }),
        h("datalist", { id: "improve-categories" }, props.categories.map((name) => h("option", { value: name }))),
        wordingChoice(props.texts, chosen),
        para("muted small", "次の画面で回答を書きます。公開するまで、お客様には使われません。")),
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button("作って回答を書く", { kind: "primary", busy: form.busy, disabled: !form.title.trim() || !form.category.trim() || !wanted().length, onClick: make }),
      ],
    });
  },
});

/** props: open, text, entries, nearest. Emits close. Adds a golden question. */
export const GoldenDialog = defineComponent({
  props: { open: Boolean, text: String, entries: Array, nearest: Array },
  emits: ["close"],
  setup(props, { emit }) {
    const form = reactive({ text: "", expected: "", kind: "answer", busy: false });
    watch(() => props.open, (open) => {
      if (open) Object.assign(form, { text: props.text, expected: props.nearest[0]?.entry_id ?? props.entries[0]?.id ?? "", kind: "answer" });
    });
    const save = () => during(form, "busy", async () => {
      await api.post("/api/golden", { text: form.text, expected: form.kind === "answer" ? form.expected : "", tags: ["通話から"] });
      toast("公開前テストの質問に加えました。");
      emit("close");
    });
    return () => h(Dialog, { open: props.open, title: "テストの質問にする", onClose: () => emit("close") }, {
      default: () => div("stack",
        textField("質問", form, "text", { id: "golden-text", required: true, max: 300 }),
        selectField("期待する応答", form, "kind", { choices: [["answer", "項目の回答を話す"], ["none", "回答しない"]] }),
        form.kind === "answer" ? entryChoice("回答すべき項目", form, "expected", props.entries, props.nearest) : null),
      actions: () => [button("やめる", { onClick: () => emit("close") }), button("加える", { kind: "primary", busy: form.busy, disabled: !form.text.trim(), onClick: save })],
    });
  },
});
