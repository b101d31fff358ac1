// One running call, opened: its conversation as it happens, listening in, and a word to the agent.

import { api } from "../../api.js";
import { since } from "../../format.js";
import { listen, live } from "../../live.js";
import { may } from "../../session.js";
import { Listening } from "../../sound/listening.js";
import { areaField, button, chip, div, during, link, loading, problem, toast } from "../../ui.js";
import { computed, defineComponent, h, nextTick, onBeforeUnmount, onMounted, reactive, ref, shallowRef } from "../../vue.js";
import { conversation } from "../calls/conversation.js";
import { linesOf } from "../calls/lines.js";
import { liveWaveform } from "../calls/waveform.js";

const NEAR_END = 80;

export const OpenedCall = defineComponent({
  props: { callId: String, now: Number },
  emits: ["close"],
  setup(props, { emit }) {
    const events = shallowRef(null);
    const error = ref("");
    const ended = ref(false);
    const operatorPartial = ref("");
    const whisper = reactive({ text: "" });
    const busy = reactive({ whisper: false });
    const listening = new Listening();
    const box = ref(null);
    const call = computed(() => live.calls.get(props.callId) ?? null);
    const lines = computed(() => linesOf(events.value ?? []));
    let early = [];

    async function load() {
      try {
        const told = await api.get(`/api/floor/calls/${encodeURIComponent(props.callId)}`);
        events.value = [...told.events, ...early];
        error.value = "";
        toEnd(true);
      } catch (problemFound) {
        if (problemFound.status === 404) ended.value = true;
        else error.value = problemFound.message;
        events.value ??= [];
      }
    }
    async function toEnd(always = false) {
      const element = box.value;
      const near = always || !element || element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
      await nextTick();
      if (near && box.value) box.value.scrollTop = box.value.scrollHeight;
    }
    const stop = listen((message) => {
      if (message.type === "snapshot") { early = []; load(); return; }
      if (message.call_id !== props.callId) return;
      if (message.kind === "ended") { ended.value = true; listening.stop(); }
      if (message.kind === "partial") { toEnd(); return; }
      if (message.kind === "operator_partial") { operatorPartial.value = message.data.text; toEnd(); return; }
      if (message.kind === "operator_said" || message.kind === "operator") operatorPartial.value = "";
      if (events.value === null) early.push(message);
      else { events.value = [...events.value, message]; toEnd(); }
    });
    onMounted(load);
    onBeforeUnmount(() => { stop(); listening.stop(); });

    async function send() {
      const text = whisper.text.trim();
      if (!text) return;
      const done = await during(busy, "whisper", async () => { await api.post(`/api/desk/calls/${encodeURIComponent(props.callId)}/whisper`, { text }); return true; });
      if (done) { whisper.text = ""; toast("ヒントを送りました。お客様には聞こえません。"); }
    }

    const head = () => div("card-head",
      h("h2", call.value ? `${call.value.caller}　${since(call.value.started_at, props.now)}` : "通話"),
      div("actions",
        call.value ? chip(call.value.operator ? `${call.value.operator}さんが応対中` : call.value.state_name, "ai") : null,
        may("live.listen") && !ended.value ? (listening.shown.state === "off"
          ? button("音を聞く", { onClick: () => listening.start(props.callId) })
          : button(listening.shown.state === "on" ? "聞くのをやめる" : "つないでいます…", { onClick: () => listening.stop() })) : null,
        may("desk.work") && !ended.value ? link("応対デスクで開く", `/desk?call=${encodeURIComponent(props.callId)}`, "button") : null,
        button("閉じる", { kind: "quiet", onClick: () => emit("close") })));
    const hint = () => (may("floor.supervise") && !ended.value ? h("form", { class: "whisper", onSubmit: (event) => { event.preventDefault(); send(); } }, [
      areaField("ヒントを送る（お客様には聞こえません）", whisper, "text", {
        id: "whisper-text", rows: 2, placeholder: "例：解約の前に、休止プランをご案内してください",
        hint: "AIは次のお答えの参考にします。担当者が応対中のときは、担当者に届きます。",
      }),
      button("送る", { type: "submit", busy: busy.whisper, disabled: !whisper.text.trim() }),
    ]) : null);

    return () => h("section", { class: "card opened-call", "aria-label": "開いている通話" }, [
      head(),
      problem(listening.shown.trouble), problem(error.value),
      listening.shown.state === "on" ? [
        liveWaveform(listening.shown),
        h("p", { class: "small muted legend" }, [h("span", { class: "dot wave-caller-dot" }), "お客様（左）", h("span", { class: "dot wave-agent-dot" }), "AI・担当者（右）　聞いたことは監査ログに残ります。"]),
      ] : null,
      ended.value ? h("p", { class: "notice", role: "status" }, ["この通話は終わりました。", link("通話の記録を見る", `/calls/${encodeURIComponent(props.callId)}`)]) : null,
      h("div", { class: "talk", ref: box, tabindex: 0, role: "log", "aria-label": "会話" }, [
        events.value === null ? loading() : conversation(lines.value, { partial: call.value?.partial ?? "", operatorPartial: operatorPartial.value }),
      ]),
      hint(),
    ]);
  },
});
