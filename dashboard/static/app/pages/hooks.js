// Other systems that are told of events: webhooks, Slack and Teams. Off until switched on.

import { api } from "../api.js";
import { fullMoment } from "../format.js";
import { button, card, checkField, chip, Dialog, div, during, field, loaded, notice, pageOf, selectField, table, textField, toast, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";

const STYLES = [["webhook", "Webhook（署名つき）"], ["slack", "Slack"], ["teams", "Teams"]];
const STATES = { waiting: ["送信待ち", "waiting"], done: ["届きました", "good"], failed: ["届きませんでした", "bad"] };

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("hooks");
    const state = loaded(() => api.get("/api/hooks"));
    const view = reactive({ editing: null, busy: false, secret: "", history: null, removing: null });
    const draft = reactive({ name: "", style: "webhook", url: "", events: {}, active: false, new_secret: false });
    const sent = loaded((id) => api.get(`/api/hooks/${id}/deliveries`));
    onMounted(state.load);

    const edit = (hook) => {
      Object.assign(draft, { name: hook?.name ?? "", style: hook?.style ?? "webhook", url: hook?.url ?? "", active: hook?.active ?? false, new_secret: false });
      draft.events = Object.fromEntries(state.data.events.map(({ event }) => [event, hook?.events.includes(event) ?? false]));
      view.editing = hook ?? {};
    };
    const chosen = () => Object.keys(draft.events).filter((event) => draft.events[event]);
    const save = () => during(view, "busy", async () => {
      const body = { name: draft.name, url: draft.url, events: chosen() };
      const told = view.editing.id
        ? await api.put(`/api/hooks/${view.editing.id}`, { ...body, active: draft.active, new_secret: draft.new_secret })
        : await api.post("/api/hooks", { ...body, style: draft.style });
      view.editing = null;
      if (told.secret && draft.style === "webhook") view.secret = told.secret;
      else toast("保存しました。");
      await state.load();
    });
    const remove = () => during(view, "busy", async () => {
      await api.remove(`/api/hooks/${view.removing.id}`);
      view.removing = null;
      await state.load();
    });
    const test = (hook) => during(view, "busy", async () => {
      await api.post(`/api/hooks/${hook.id}/test`);
      toast("確認の通知を送りました。「送った通知」で結果をご確認ください。");
    });
    const look = (hook) => { view.history = hook; sent.load(hook.id); };

    const list = (data) => [
      data.allowed_hosts.length
        ? h("p", { class: "muted small" }, `通知を送ってよいホスト：${data.allowed_hosts.join("、")}`)
        : notice("いまは、どこへも通知を送りません。使うには、設定ファイルの [hooks] allowed_hosts に送り先のホスト名を書いて、サービスを起動し直してください。"),
      table([
        { name: "name", label: "名前", cell: (row) => h("b", row.name) },
        { name: "style", label: "種類", cell: (row) => STYLES.find(([value]) => value === row.style)[1] },
        { name: "url", label: "送り先", cell: (row) => h("span", { class: "address" }, row.url) },
        { name: "events", label: "知らせること", cell: (row) => `${row.events.length}種類` },
        { name: "active", label: "状態", cell: (row) => (row.active ? chip("有効", "good") : chip("停止中")) },
        { name: "work", label: "操作", cell: (row) => div("row",
          button("変更", { onClick: () => edit(row) }), button("確認の通知", { onClick: () => test(row) }),
          button("送った通知", { onClick: () => look(row) }), button("削除", { kind: "quiet", onClick: () => { view.removing = row; } })) },
      ], data.hooks, { empty: "送り先はまだありません。" }),
    ];

    return () => pageOf("外部連携", state.data?.allowed_hosts.length ? [button("送り先を加える", { kind: "primary", onClick: () => edit(null) })] : [],
      card("通知の送り先", {}, whenLoaded(state, list)),
      card("ほかのシステムから使う", {},
        h("p", "APIキーを作ると、このAPIをほかのシステムから使えます。説明は /api/openapi.json にあります。"),
        h("p", "AIの道具（MCP）としても使えます：/mcp/ に、権限「FAQを見る」「通話を見る」のAPIキーでつないでください。")),
      h(Dialog, { open: Boolean(view.editing), title: view.editing?.id ? "送り先を変える" : "送り先を加える", onClose: () => { view.editing = null; } }, {
        default: () => [
          div("fields",
            textField("名前", draft, "name", { required: true }),
            selectField("種類", draft, "style", { choices: STYLES, disabled: Boolean(view.editing?.id) }),
            textField("送り先のURL", draft, "url", { wide: true, required: true, placeholder: "https://" })),
          h("fieldset", { class: "choices" }, [h("legend", "知らせること"), ...state.data.events.map(({ event, name }) => checkField(name, draft.events, event))]),
          view.editing?.id ? checkField("この送り先への通知を有効にする", draft, "active") : h("p", { class: "muted small" }, "加えた送り先は、「変更」で有効にするまで何も送りません。"),
          view.editing?.id && draft.style === "webhook" ? checkField("署名の鍵を作り直す（前の鍵は使えなくなります）", draft, "new_secret") : null,
        ],
        actions: () => [
          button("やめる", { onClick: () => { view.editing = null; } }),
          button("保存する", { kind: "primary", busy: view.busy, disabled: !draft.name.trim() || !draft.url.trim() || !chosen().length, onClick: save }),
        ],
      }),
      h(Dialog, { open: Boolean(view.secret), title: "署名の鍵", onClose: () => { view.secret = ""; } }, {
        default: () => [
          h("p", "受け取る側で、この鍵を使って署名を確かめてください。鍵は、いまだけ表示します。"),
          field("鍵", { id: "hook-secret" }, (attrs) => h("input", { class: "input", readonly: true, value: view.secret, onFocus: (event) => event.target.select(), ...attrs })),
          h("p", { class: "muted small" }, "ヘッダー X-Uketsuke-Signature の v1 は、「t の値 + . + 本文」のHMAC-SHA256です。"),
        ],
        actions: () => [button("控えました", { kind: "primary", onClick: () => { view.secret = ""; } })],
      }),
      h(Dialog, { open: Boolean(view.removing), title: "送り先を削除します", onClose: () => { view.removing = null; } }, {
        default: () => [h("p", `「${view.removing?.name}」への通知をやめ、送信待ちの通知も取り消します。`)],
        actions: () => [button("やめる", { onClick: () => { view.removing = null; } }), button("削除する", { kind: "danger", busy: view.busy, onClick: remove })],
      }),
      h(Dialog, { open: Boolean(view.history), wide: true, title: `送った通知：${view.history?.name ?? ""}`, onClose: () => { view.history = null; } }, {
        default: () => [whenLoaded(sent, (data) => table([
          { name: "created_at", label: "日時", cell: (row) => fullMoment(row.created_at) },
          { name: "event", label: "できごと", cell: (row) => state.data.events.find(({ event }) => event === row.event)?.name ?? "確認の通知" },
          { name: "state", label: "結果", cell: (row) => chip(...STATES[row.state]) },
          { name: "attempts", label: "回数", kind: "number" },
          { name: "error", label: "内容", cell: (row) => row.error || (row.status ? `応答 ${row.status}` : "") },
        ], data.deliveries, { empty: "まだ何も送っていません。" }))],
        actions: () => [button("読み直す", { onClick: () => sent.load(view.history.id) })],
      }));
  },
});
