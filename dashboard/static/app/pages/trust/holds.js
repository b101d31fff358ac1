// Legal holds, and the proof of what was deleted.

import { api } from "../../api.js";
import { count, fullMoment } from "../../format.js";
import { may } from "../../session.js";
import { areaField, button, card, checkField, chip, Dialog, div, during, link, loaded, selectField, table, textField, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive } from "../../vue.js";

const CAUSES = { retention: "保存期間", by_hand: "手動の削除", subject: "ご本人の請求" };
const KINDS = { recordings: "録音", words: "発話と要約", decisions: "判断の記録", calls: "通話", model_requests: "モデルへの依頼", deliveries: "通知" };

export const Holds = defineComponent(() => {
  const view = reactive({ released: false, placing: false, releasing: null, busy: false });
  const wanted = reactive({ scope: "call", subject: "", reason: "" });
  const holds = loaded(() => api.get(`/api/retention/holds?released=${view.released}`));
  const erasures = loaded(() => api.get("/api/retention/erasures"));
  onMounted(() => { holds.load(); erasures.load(); });

  const place = () => during(view, "busy", async () => {
    await api.post("/api/retention/holds", { ...wanted });
    view.placing = false;
    toast("保全を始めました。対象の記録は、解除するまで削除されません。");
    await holds.load();
  });
  const release = () => during(view, "busy", async () => {
    await api.post(`/api/retention/holds/${view.releasing.id}/release`, { reason: wanted.reason });
    view.releasing = null;
    toast("保全を解除しました。");
    await holds.load();
  });
  const ask = (work) => { wanted.subject = ""; wanted.reason = ""; work(); };
  const subject = (hold) => (hold.scope === "call" ? link(hold.subject, `/calls/${encodeURIComponent(hold.subject)}`) : hold.subject);

  return () => [
    card("法的保全", {
      actions: may("retention.manage") ? [button("保全を始める", { kind: "primary", onClick: () => ask(() => { view.placing = true; }) })] : [],
    },
    checkField("解除したものも表示する", view, "released", { onChange: () => holds.load() }),
    whenLoaded(holds, (data) => table([
      { name: "scope", label: "範囲", cell: (row) => chip(row.scope === "call" ? "通話" : "電話番号") },
      { name: "subject", label: "対象", cell: subject },
      { name: "reason", label: "理由" },
      { name: "placed", label: "開始", cell: (row) => `${fullMoment(row.placed_at)}　${row.placed_by}` },
      { name: "state", label: "", cell: (row) => (row.released_at ? `解除 ${fullMoment(row.released_at)}　${row.released_by}`
        : may("retention.manage") ? button("解除する", { onClick: () => ask(() => { view.releasing = row; }) }) : chip("保全中", "waiting")) },
    ], data.holds, { empty: "保全されている記録はありません。" }))),
    card("削除の証跡", {}, whenLoaded(erasures, (data) => table([
      { name: "at", label: "日時", cell: (row) => fullMoment(row.at) },
      { name: "cause", label: "きっかけ", cell: (row) => CAUSES[row.cause] ?? row.cause },
      { name: "actor", label: "実行" },
      { name: "counts", label: "件数", cell: (row) => Object.entries(row.counts).map(([kind, n]) => `${KINDS[kind] ?? kind} ${count(n)}件`).join("、") },
      { name: "proof", label: "証跡の番号", cell: (row) => h("span", { class: "muted small" }, row.id) },
    ], data.erasures, { empty: "まだ何も削除していません。" }))),
    h(Dialog, { open: view.placing, title: "保全を始めます", onClose: () => { view.placing = false; } }, {
      default: () => [
        div("fields",
          selectField("範囲", wanted, "scope", { choices: [["call", "1件の通話"], ["number", "電話番号（これからの通話も含む）"]] }),
          textField(wanted.scope === "call" ? "通話ID" : "電話番号", wanted, "subject", { required: true })),
        areaField("理由", wanted, "reason", { rows: 2, required: true, hint: "監査ログに残ります（5文字以上）。" }),
      ],
      actions: () => [
        button("やめる", { onClick: () => { view.placing = false; } }),
        button("保全を始める", { kind: "primary", busy: view.busy, disabled: !wanted.subject.trim() || wanted.reason.trim().length < 5, onClick: place }),
      ],
    }),
    h(Dialog, { open: Boolean(view.releasing), title: "保全を解除します", onClose: () => { view.releasing = null; } }, {
      default: () => [h("p", "解除すると、保存期間の過ぎた記録は次の削除で消えます。"), areaField("理由", wanted, "reason", { rows: 2, required: true })],
      actions: () => [
        button("やめる", { onClick: () => { view.releasing = null; } }),
        button("解除する", { kind: "danger", busy: view.busy, disabled: wanted.reason.trim().length < 5, onClick: release }),
      ],
    }),
  ];
});
