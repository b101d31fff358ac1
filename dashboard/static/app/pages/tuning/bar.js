// Above every document: how it stands, and the way to publish it, now or later.

import { shown } from "./slots.js";
import { fieldChanges } from "../faq/diff.js";
import { inJapan } from "../faq/publish.js";
import { api } from "../../api.js";
import { fullMoment, moment } from "../../format.js";
import { may } from "../../session.js";
import { Dialog, button, chip, div, during, link, notice, para, problem, span, textField, toast } from "../../ui.js";
import { defineComponent, h, reactive, watch } from "../../vue.js";

const STATES = { published: ["公開中", "good"], draft: ["下書きあり", "waiting"], saving: ["保存しています…", "waiting"], unsaved: ["まだ保存していません", "bad"], loading: ["読み込み中", ""] };
const lines = (text) => (text ? shown(text).split("\n") : []);
const asFields = (changes) => changes.map((each, place) => ({ field: `${each.field}-${place}`, label: each.title, before: lines(each.before), after: lines(each.after) }));

/** props: draft (of useDraft). Slots: default, for more buttons. */
export const DraftBar = defineComponent({
  props: { draft: Object },
  setup(props, { slots }) {
    const flags = reactive({ publishing: false, asking: false, busy: false });
    const state = () => {
      const [said, kind] = STATES[props.draft.state];
      return chip(said, kind);
    };
    return () => {
      const { draft } = props;
      const changed = draft.changes.length > 0;
      return div("draft-bar",
        div("row", state(),
          draft.version > 0 && span("small muted", `公開中：第${draft.version}版（${moment(draft.publishedAt)} ${draft.author}）`),
          draft.state === "draft" && span("small muted", `下書き：${draft.changedBy}さん ${moment(draft.changedAt)}`)),
        div("actions", slots.default?.(),
          link("公開の履歴", `/publications?kind=${draft.kind}`, "button quiet"),
          draft.editable && draft.revision > 0 && button("下書きを捨てる", { kind: "quiet", onClick: () => { flags.asking = true; } }),
          may("tuning.publish") && button(changed ? `公開する（変更${draft.changes.length}件）` : "公開する", {
            kind: "primary", disabled: !changed || draft.problems.length > 0 || draft.state === "loading",
            title: draft.problems.length ? "赤い文の項目を直すと、公開できます" : changed ? undefined : "公開中の内容と同じです",
            onClick: async () => { await draft.save(); await draft.check(); flags.publishing = true; },
          })),
        draft.newest && h(Conflict, { draft }),
        !draft.newest && draft.error && problem(draft.error, button("もう一度読み込む", { onClick: draft.load })),
        draft.problems.filter((each) => !each.field).map((each) => problem(each.text)),
        draft.base !== draft.version && draft.revision > 0 && notice(`この下書きは第${draft.base}版から始めたものです。いまは第${draft.version}版が公開中です。公開の前に、違いをご確認ください。`),
        h(PublishDialog, { draft, open: flags.publishing, onClose: () => { flags.publishing = false; } }),
        h(Dialog, { open: flags.asking, title: "下書きを捨てますか", onClose: () => { flags.asking = false; } }, {
          default: () => para("", `${draft.changedBy}さんの下書き（変更${draft.changes.length}件）を捨てて、公開中の内容に戻します。元に戻せません。`),
          actions: () => [
            button("やめる", { onClick: () => { flags.asking = false; } }),
            button("捨てる", { kind: "danger", busy: flags.busy, onClick: async () => { await during(flags, "busy", draft.discard); flags.asking = false; } }),
          ],
        }));
    };
  },
});

const Conflict = defineComponent({
  props: { draft: Object },
  setup: (props) => () => problem(props.draft.error,
    button("相手の内容を読み込む", { onClick: props.draft.load }),
    button("自分の内容で上書きする", { kind: "danger", onClick: props.draft.keepMine })),
});

const PublishDialog = defineComponent({
  props: { draft: Object, open: Boolean },
  emits: ["close"],
  setup(props, { emit }) {
    const form = reactive({ note: "", when: "now", at: "", busy: false, refused: "" });
    watch(() => props.open, (open) => { if (open) Object.assign(form, { note: "", when: "now", at: "", refused: "" }); });

    async function publish() {
      const { draft } = props;
      form.busy = true;
      form.refused = "";
      const body = { content: draft.content, expected_version: draft.version, note: form.note };
      try {
        if (form.when === "now") {
          const made = await api.post(`${draft.path}/publish`, body);
          toast(`第${made.version}版を公開しました。通話中のお客様にも、次の発話から反映されます。`);
        } else {
          const made = await api.post(`${draft.path}/plans`, { ...body, at: inJapan(form.at) });
          toast(`${fullMoment(made.at)}に公開します。`);
        }
        emit("close");
        await draft.load();
      } catch (error) {
        form.refused = error.status === 409 ? `${error.message}「閉じる」のあと、画面を読み込み直すと違いを確かめられます。` : error.message;
      } finally {
        form.busy = false;
      }
    }

    const radio = (value, said) => h("label", { class: "check" }, [
      h("input", { type: "radio", name: "tuning-when", value, checked: form.when === value, onChange: () => { form.when = value; } }), h("span", said),
    ]);
    return () => h(Dialog, { open: props.open, title: `${props.draft.title}を公開する`, wide: true, onClose: () => emit("close") }, {
      default: () => [
        h("h3", "変わること"),
        div("publish-changes", fieldChanges(asFields(props.draft.changes), { before: "公開中", after: "公開後" })),
        props.draft.warnings.length > 0 && div("stack", props.draft.warnings.map((each) => notice(each.text))),
        textField("この版についての覚え書き", form, "note", { id: "tuning-note", wide: true, max: 500, placeholder: "例：年末年始の受付時間" }),
        h("fieldset", { class: "plain-fieldset" }, [h("legend", "いつ公開しますか"), div("row", radio("now", "今すぐ"), radio("later", "日時を決めて"),
          form.when === "later" && h("input", { type: "datetime-local", class: "input moment", "aria-label": "公開する日時", value: form.at, onInput: (event) => { form.at = event.target.value; } }))]),
        form.refused && problem(form.refused),
      ],
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button(form.when === "now" ? "公開する" : "予約する", { kind: "primary", busy: form.busy, disabled: form.when === "later" && !form.at, onClick: publish }),
      ],
    });
  },
});
