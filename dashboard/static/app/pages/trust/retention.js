// How long each kind of data stays: read by all who may, changed by administrators, with a reason.

import { api } from "../../api.js";
import { count } from "../../format.js";
import { may } from "../../session.js";
import { areaField, button, card, checkField, chip, Dialog, div, during, field, loaded, notice, table, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive } from "../../vue.js";

const KINDS = [
  ["recordings", "録音", "通話の音声ファイル"],
  ["words", "発話と要約", "文字にした会話、要約、引き継ぎメモ"],
  ["decisions", "判断の記録", "どのFAQ・ルールで答えたか（6か月以上をおすすめします）"],
  ["calls", "通話の記録全体", "いつ・どの番号から・結果。集計の数字もここから作ります"],
  ["model_requests", "言語モデルへの依頼", "回数と時間（文面は残しません）"],
  ["deliveries", "外部への通知", "送った通知の控え"],
];

export const Retention = defineComponent(() => {
  const state = loaded(() => api.get("/api/retention"));
  const draft = reactive({ days: {}, zero: false, reason: "" });
  const view = reactive({ editing: false, saving: false, asking: false, running: false, runReason: "" });
  onMounted(state.load);

  const edit = () => {
    draft.days = { ...state.data.days };
    draft.zero = state.data.zero;
    draft.reason = "";
    view.editing = true;
  };
  const save = () => during(view, "saving", async () => {
    await api.put("/api/retention", { days: draft.days, zero: draft.zero, reason: draft.reason, expected_version: state.data.version });
    view.editing = false;
    toast("保存期間を変更しました。次の削除から、この期間で行います。");
    await state.load();
  });
  const run = () => during(view, "running", async () => {
    const done = await api.post("/api/retention/run", { reason: view.runReason });
    view.asking = false;
    const total = Object.values(done.counts).reduce((sum, each) => sum + each, 0);
    toast(total ? `${count(total)}件を削除しました。削除の証跡を残しました。` : "期限の過ぎたデータはありませんでした。");
    await state.load();
  });

  const daysOf = (name) => (state.data.days[name] === null ? "無期限" : `${count(state.data.days[name])}日`);
  const editor = ([name, label, hint]) => field(label, { id: `days-${name}`, hint }, (attrs) => div("row",
    h("input", {
      class: "input days", type: "number", min: 0, max: 36500, value: draft.days[name] ?? "", disabled: draft.days[name] === null, ...attrs,
      onInput: (event) => { draft.days[name] = Number(event.target.value); },
    }), "日",
    h("label", { class: "check" }, [
      h("input", { type: "checkbox", checked: draft.days[name] === null, onChange: (event) => { draft.days[name] = event.target.checked ? null : 180; } }),
      h("span", "無期限"),
    ])));

  const shown = (data) => [
    data.zero && notice("ゼロ保存が有効です。発話・録音・電話番号は記録されません。数字の集計だけが残ります。"),
    table([
      { name: "label", label: "データ", cell: (row) => h("div", [h("b", row.label), h("p", { class: "muted small" }, row.hint)]) },
      { name: "days", label: "保存期間", kind: "number" },
      { name: "due", label: "いま期限が過ぎている件数", kind: "number", cell: (row) => (row.due ? chip(`${count(row.due)}件`, "waiting") : "0件") },
    ], KINDS.map(([name, label, hint]) => ({ id: name, label, hint, days: daysOf(name), due: data.due[name] }))),
    h("p", { class: "muted small" }, `期限の過ぎたデータは1時間ごとに自動で削除します。法的保全で守られている通話：${count(data.held_calls)}件。監査ログは削除しません。`),
  ];
  const form = () => [
    div("fields", KINDS.map(editor)),
    checkField("ゼロ保存：発話・録音・電話番号を一切残さない（これからの通話に効きます）", draft, "zero"),
    areaField("変更の理由", draft, "reason", { rows: 2, required: true, hint: "監査ログに残ります（5文字以上）。" }),
    div("row",
      button("変更する", { kind: "primary", busy: view.saving, disabled: draft.reason.trim().length < 5, onClick: save }),
      button("やめる", { onClick: () => { view.editing = false; } })),
  ];
  const actions = () => (may("retention.manage") && state.data && !view.editing ? [
    button("いま削除する", { onClick: () => { view.runReason = ""; view.asking = true; } }),
    button("変更する", { kind: "primary", onClick: edit }),
  ] : []);

  return () => [
    card("保存期間", { actions: actions() }, whenLoaded(state, (data) => (view.editing ? form() : shown(data)))),
    h(Dialog, { open: view.asking, title: "期限の過ぎたデータを削除します", onClose: () => { view.asking = false; } }, {
      default: () => [h("p", "削除したデータは元に戻せません。法的保全の対象は削除されません。"), areaField("理由", view, "runReason", { rows: 2, required: true })],
      actions: () => [
        button("やめる", { onClick: () => { view.asking = false; } }),
        button("削除する", { kind: "danger", busy: view.running, disabled: view.runReason.trim().length < 5, onClick: run }),
      ],
    }),
  ];
});
