// The AI's switch: whether it answers, and the way to give every call to people at once. To be placed in the frame.

import { api } from "../api.js";
import { fullMoment } from "../format.js";
import { may } from "../session.js";
import { Dialog, areaField, button, chip, during, every, loaded, notice, para, toast, useStyle } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";

const POLL_MS = 5_000;

export const AiSwitch = defineComponent(() => {
  useStyle("tuning");
  const state = loaded(() => api.get("/api/operation"));
  const form = reactive({ open: false, reason: "", message: "", busy: false });
  onMounted(() => state.load());
  every(POLL_MS, () => { if (!form.busy) state.load(); });

  const ask = () => Object.assign(form, { open: true, reason: "", message: state.data.message });
  const turn = () => during(form, "busy", async () => {
    const ai = !state.data.ai;
    state.data = await api.put("/api/operation", { ai, reason: form.reason.trim(), message: form.message.trim(), expected_version: state.data.version });
    form.open = false;
    toast(ai ? "AIの応対を再開しました。新しいお電話からAIがお受けします。" : "AIの応対を止めました。すべてのお電話を担当者におつなぎします。");
    setTimeout(() => state.load(), 2_000);
  });

  const told = () => {
    const { ai, acting } = state.data;
    const said = ai ? "AI応対中" : "AI停止中";
    return chip(acting ? said : `${said}（反映しています）`, ai ? "good" : "bad", { title: `${fullMoment(state.data.changed_at)} ${state.data.changed_by}：${state.data.reason}` });
  };
  return () => {
    if (!state.data) return null;
    const stopping = state.data.ai;
    return h("div", { class: "ai-switch", "aria-live": "polite" }, [
      told(),
      may("ai.switch") ? button(stopping ? "AIを止める" : "AIを再開する", { kind: stopping ? "plain" : "primary", onClick: ask }) : null,
      h(Dialog, { open: form.open, title: stopping ? "AIの応対を止めますか" : "AIの応対を再開しますか", onClose: () => { form.open = false; } }, {
        default: () => [
          para("", stopping
            ? "新しいお電話は、はじめから担当者におつなぎします。通話中のお電話も、AIのお話を止めて担当者におつなぎします。2秒以内に反映されます。"
            : "新しいお電話から、AIがお受けします。担当者がお話し中の通話は、そのまま続きます。"),
          stopping && areaField("お客様にお伝えする文（任意）", form, "message", { id: "ai-message", rows: 2, hint: "お電話がつながったときに、最初にお伝えします。" }),
          areaField("理由", form, "reason", { id: "ai-reason", rows: 2, required: true, hint: "監査ログに残ります。" }),
          stopping && notice("担当者が受けられない時間は、折り返しのご案内になります。"),
        ],
        actions: () => [
          button("やめる", { onClick: () => { form.open = false; } }),
          button(stopping ? "止める" : "再開する", { kind: stopping ? "danger" : "primary", busy: form.busy, disabled: !form.reason.trim(), onClick: turn }),
        ],
      }),
    ]);
  };
});
export default AiSwitch;
