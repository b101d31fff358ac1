// Every version of rules, wording, hours and words: what each changed, and the way back.

import { RollBackDialog } from "./rollback.js";
import { fieldChanges } from "../faq/diff.js";
import { api } from "../../api.js";
import { fullMoment } from "../../format.js";
import { may } from "../../session.js";
import { button, card, chip, div, loaded, table, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, reactive, watch } from "../../vue.js";

const sideOf = (text) => (text ? String(text).split("\n") : []);
const asFields = (changes) => changes.map((each, place) => ({ field: `${each.field}-${place}`, label: each.title, before: sideOf(each.before), after: sideOf(each.after) }));

/** props: kind, title. */
export const DocumentHistory = defineComponent({
  props: { kind: String, title: String },
  setup(props) {
    const path = () => `/api/documents/${props.kind}`;
    const versions = loaded(() => api.get(`${path()}/versions`));
    const view = reactive({ at: null, to: "before", wanted: null });
    const diff = loaded(async () => {
      const version = await api.get(`${path()}/versions/${view.at}`);
      if (view.to === "before") return asFields(version.changes);
      return asFields((await api.post(`${path()}/check`, { content: version.content })).changes);
    });
    async function look() {
      view.at = null;
      const rows = await versions.load();
      view.at = rows?.[0]?.version ?? null;
    }
    watch(() => props.kind, look, { immediate: true });
    watch(() => [view.at, view.to], () => { diff.data = null; if (view.at !== null) diff.load(); });
    const done = (version) => { view.wanted = null; toast(`第${version}版として、元の内容に戻しました。次の発話から使われます。`); look(); };

    const side = () => (view.to === "before" ? { before: "前の版", after: `第${view.at}版` } : { before: "公開中", after: `第${view.at}版` });
    const which = () => [["before", "前の版と"], ["now", "公開中と"]].map(([value, said]) => button(said, {
      kind: view.to === value ? "primary" : "plain", "aria-pressed": String(view.to === value), onClick: () => { view.to = value; },
    }));
    return () => whenLoaded(versions, (rows) => div("columns publications",
      card(`${props.title}の版`, {}, table([
        { label: "版", kind: "keep", cell: (row) => [`第${row.version}版 `, row.version === rows[0].version && chip("公開中", "good")] },
        { label: "公開", cell: (row) => div("stack tight", h("span", fullMoment(row.published_at)), h("span", { class: "small" }, [row.author, row.note && h("span", { class: "muted" }, `「${row.note}」`)])) },
        { label: "操作", cell: (row) => div("row", button("違い", { "aria-label": `第${row.version}版の違いを見る`, onClick: () => { view.at = row.version; } }),
          may("tuning.publish") && row.version !== rows[0].version && button("戻す…", { "aria-label": `第${row.version}版に戻す`, onClick: () => { view.wanted = { path: path(), version: row.version, current: rows[0].version, title: props.title }; } })) },
      ], rows, { key: "version", empty: "まだ公開されていません。会社のフォルダの設定で応対しています。", rowKind: (row) => (row.version === view.at ? "chosen" : "") })),
      rows.length > 0 && card("違い", { actions: which() }, whenLoaded(diff, (changes) => fieldChanges(changes, side()))),
      h(RollBackDialog, { wanted: view.wanted, onClose: () => { view.wanted = null; }, onDone: done })));
  },
});
