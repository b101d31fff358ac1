// A file in: what it would do is shown first, then it becomes changes that still have to be published.

import { entryChanges } from "./diff.js";
import { api, withQuery } from "../../api.js";
import { Dialog, button, checkField, div, field, notice, para, problem, table, toast } from "../../ui.js";
import { defineComponent, h, reactive, watch } from "../../vue.js";

const FORMS = { csv: "csv", xlsx: "xlsx", yaml: "yaml", yml: "yaml" };

export const ImportDialog = defineComponent({
  props: { open: Boolean },
  emits: ["close", "done"],
  setup(props, { emit }) {
    const state = reactive({ file: null, form: "", remove: false, overwrite: false, busy: false, preview: null, refused: "", problems: [] });
    watch(() => props.open, (open) => {
      if (open) Object.assign(state, { file: null, form: "", remove: false, overwrite: false, preview: null, refused: "", problems: [] });
    });

    const send = (path, more = {}) => api.raw("POST", withQuery(path, { form: state.form, remove_missing: state.remove || "", ...more }), state.file)
      .then((response) => response.json());

    async function attempt(work) {
      Object.assign(state, { busy: true, refused: "", problems: [] });
      try {
        return await work();
      } catch (error) {
        Object.assign(state, { refused: error.message, problems: error.body?.problems ?? [], preview: null });
        return null;
      } finally {
        state.busy = false;
      }
    }

    async function look() {
      if (!state.file) return;
      const form = FORMS[state.file.name.split(".").pop().toLowerCase()];
      if (!form) { Object.assign(state, { refused: "CSV、Excel（xlsx）、YAMLのいずれかのファイルをお選びください。", preview: null }); return; }
      state.form = form;
      state.preview = await attempt(() => send("/api/faq/import/preview"));
    }

    async function take() {
      const told = await attempt(() => send("/api/faq/import", { overwrite: state.overwrite || "" }));
      if (!told) return;
      const count = told.added + told.changed + told.removed - told.left.length;
      toast(`${count}件を変更として取り込みました。内容を確かめて、公開してください。${told.left.length ? `（ほかの変更がある${told.left.length}件はそのままです）` : ""}`);
      emit("done");
    }

    const counts = (told) => `追加${told.added}件、変更${told.changed}件、削除${told.removed}件、そのまま${told.unchanged}件です。`;
    return () => h(Dialog, { open: props.open, title: "ファイルから取り込む", wide: true, onClose: () => emit("close") }, {
      default: () => div("stack",
        para("muted", "取り込んだ内容は「変更中」になります。公開するまで、応対は変わりません。"),
        field("ファイル（CSV、Excel、YAML）", { id: "faq-file" }, (attrs) => h("input", {
          type: "file", class: "input", accept: ".csv,.xlsx,.yaml,.yml", ...attrs,
          onChange: (event) => { state.file = event.target.files[0] ?? null; look(); },
        })),
        checkField("ファイルにない項目は、削除の予定にする", state, "remove", { onChange: look }),
        problem(state.refused),
        state.problems.length > 0 && table([
          { name: "row", label: "行", kind: "number" }, { name: "column", label: "項目" }, { name: "message", label: "直すところ" },
        ], state.problems, { key: "message" }),
        state.preview && div("stack",
          notice(counts(state.preview), state.preview.entries.length ? "" : "good"),
          state.preview.in_the_way.length > 0 && div("stack",
            problem(`${state.preview.in_the_way.map((each) => `「${each.id}」（${each.changed_by}さん）`).join("、")}は、公開前の変更があります。`),
            checkField("上書きする（いまの変更はなくなります）", state, "overwrite")),
          state.preview.entries.length > 0 && entryChanges(state.preview.entries, { sides: { before: "いま", after: "取り込み後" }, open: 1 })),
      ),
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button("変更として取り込む", { kind: "primary", busy: state.busy, disabled: !state.preview?.entries.length, onClick: take }),
      ],
    });
  },
});
