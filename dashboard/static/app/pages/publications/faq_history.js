// Every version of the FAQ: any two held side by side, and the way back.

import { entryChanges } from "../faq/diff.js";
import { tellWhenLive } from "../faq/live.js";
import { RollBackDialog } from "./rollback.js";
import { api, withQuery } from "../../api.js";
import { fullMoment } from "../../format.js";
import { may } from "../../session.js";
import { button, card, chip, div, loaded, para, table, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive, watch } from "../../vue.js";

const DRAFT = 0;

export const FaqHistory = defineComponent(() => {
  const versions = loaded(() => api.get("/api/faq/versions"));
  const sides = reactive({ before: null, after: null });
  const diff = loaded(() => api.get(withQuery("/api/faq/diff", sides)));
  const view = reactive({ wanted: null });

  async function look() {
    const rows = await versions.load();
    if (rows?.length) Object.assign(sides, { after: rows[0].version, before: (rows[1] ?? rows[0]).version });
  }
  onMounted(look);
  watch(() => [sides.before, sides.after], () => { if (sides.before !== null) diff.load(); });

  const name = (version) => (version === DRAFT ? "変更中の内容" : `第${version}版`);
  const choose = (which, label, rows) => h("label", { class: "row small" }, [label, h("select", {
    class: "input side", onChange: (event) => { sides[which] = Number(event.target.value); },
  }, [DRAFT, ...rows.map((row) => row.version)].map((version) => h("option", { value: version, selected: sides[which] === version }, name(version))))]);
  const compare = (row, rows) => {
    const place = rows.indexOf(row);
    Object.assign(sides, { after: row.version, before: (rows[place + 1] ?? row).version });
  };
  const done = (version) => { view.wanted = null; tellWhenLive(version, "として元の内容に戻しました"); look(); };

  return () => whenLoaded(versions, (rows) => div("columns publications",
    card("版", {}, table([
      { label: "版", kind: "keep", cell: (row) => [`第${row.version}版 `, row.live && chip("応対中", "good")] },
      { label: "公開", cell: (row) => div("stack tight", h("span", fullMoment(row.published_at)), h("span", { class: "small" }, [row.author, row.note && h("span", { class: "muted" }, `「${row.note}」`)])) },
      { label: "変更", kind: "number", cell: (row) => `${row.changed.length + row.removed.length}件` },
      { label: "操作", cell: (row) => div("row", button("違い", { "aria-label": `第${row.version}版の違いを見る`, onClick: () => compare(row, rows) }),
        may("faq.publish") && row.version !== rows[0].version && button("戻す…", { "aria-label": `第${row.version}版に戻す`, onClick: () => { view.wanted = { path: "/api/faq", version: row.version, current: rows[0].version, title: "FAQ" }; } })) },
    ], rows, { key: "version", empty: "まだ公開されていません。FAQを作って公開すると、ここに並びます。", rowKind: (row) => (row.version === sides.after ? "chosen" : "") })),
    rows.length > 0 && card("違い", { actions: [choose("before", "前", rows), choose("after", "後", rows)] },
      whenLoaded(diff, (told) => div("stack", para("muted small", `${name(told.before)}から${name(told.after)}まで、${told.entries.length}件の項目が違います。`),
        entryChanges(told.entries, { sides: { before: name(told.before), after: name(told.after) } })))),
    h(RollBackDialog, { wanted: view.wanted, onClose: () => { view.wanted = null; }, onDone: done })));
});
