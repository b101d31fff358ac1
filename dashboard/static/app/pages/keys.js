// APIキー: which other programs may ask, for what, and until when. A key is shown once.

import { api } from "../api.js";
import { day, moment } from "../format.js";
import { button, card, chip, during, loaded, pageOf, table, toast, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";
import { Confirm } from "./people/confirm.js";
import { KeyDialog } from "./people/key_dialog.js";
import { SCOPE_NAMES } from "./people/words.js";

const LOCAL = "local";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("people");
    const keys = loaded(() => api.get("/api/keys"));
    const view = reactive({ making: false, asking: null });
    const busy = reactive({ revoking: false });
    onMounted(keys.load);

    const revoke = (key) => { view.asking = {
      title: `「${key.name}」を無効にしますか`, text: "このキーを使っているプログラムは、すぐに使えなくなります。元には戻せません。", yes: "無効にする",
      work: () => during(busy, "revoking", async () => {
        await api.remove(`/api/keys/${key.id}`);
        view.asking = null;
        toast("APIキーを無効にしました。");
        await keys.load();
      }),
    }; };

    const isOver = (key) => Boolean(key.revoked_at) || (key.expires_at && Date.parse(key.expires_at) <= Date.now());
    const stateOf = (key) => (key.revoked_at ? chip("無効", "bad") : isOver(key) ? chip("期限切れ", "waiting") : chip("使えます", "good"));
    const rows = (all) => table([
      { label: "名前", cell: (key) => h("span", { class: "name" }, [key.name, key.id === LOCAL ? h("p", { class: "muted small" }, "起動のたびに作り直されます（local.key）") : null]) },
      { label: "できること", cell: (key) => h("span", { class: "scopes" }, key.scopes.map((scope) => chip(SCOPE_NAMES[scope] ?? scope))) },
      { label: "状態", cell: stateOf },
      { label: "期限", cell: (key) => h("span", { class: "when" }, key.expires_at ? day(key.expires_at) : "なし") },
      { label: "最後の利用", cell: (key) => moment(key.last_used_at) },
      { label: "作成", cell: (key) => h("span", { class: "when" }, [moment(key.created_at), h("p", { class: "muted small" }, key.id === LOCAL ? "" : key.created_by)]) },
      { label: "操作", cell: (key) => (isOver(key) ? "" : button("無効にする", { onClick: () => revoke(key), "aria-label": `${key.name}を無効にする` })) },
    ], [...all].sort((one, other) => Number(isOver(one)) - Number(isOver(other))), {
      empty: "APIキーはまだありません。ほかのシステムから受付のデータを使うときに、「APIキーを作る」から作ってください。",
    });

    return () => pageOf("APIキー", [button("APIキーを作る", { kind: "primary", onClick: () => { view.making = true; } })],
      h("p", { class: "muted" }, "ほかのシステムが受付のAPIを使うための鍵です。できることを必要なものだけに絞り、人に渡さずプログラムの秘密として保管してください。"),
      card("", { label: "APIキーの一覧" }, whenLoaded(keys, rows)),
      h(KeyDialog, { open: view.making, onClose: () => { view.making = false; }, onMade: () => keys.load() }),
      h(Confirm, { asking: view.asking, busy: busy.revoking, onClose: () => { view.asking = null; } }));
  },
});
