// 「電話してみる」: a telephone in the browser, with what is said and why beside it.

import { listen, live } from "../live.js";
import { since } from "../format.js";
import { Phone } from "../sound/phone.js";
import { button, card, div, empty, pageOf, para, problem, useStyle } from "../ui.js";
import { computed, defineComponent, h, onBeforeUnmount, onMounted, ref, shallowRef } from "../vue.js";
import { conversation } from "./calls/conversation.js";
import { linesOf } from "./calls/lines.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const SPOKEN = { "*": "こめ印", "#": "シャープ" };

export default defineComponent(() => {
  useStyle("calls");
  useStyle("floor");
  const phone = new Phone();
  const { shown } = phone;
  const now = ref(Date.now());
  const pressed = ref("");
  const events = shallowRef([]);
  const callId = ref("");
  let ticking = null;
  const mine = computed(() => live.calls.get(callId.value) ?? null);

  const stop = listen((message) => {
    if (!shown.number) return;
    const calls = message.type === "snapshot" ? message.calls : [];
    const found = message.type === "event" && message.kind === "started" && message.data.from_number === shown.number
      ? message.call_id : calls.find((call) => call.from_number === shown.number)?.call_id;
    if (found && found !== callId.value) { callId.value = found; events.value = [...(live.calls.get(found)?.events ?? [])]; return; }
    if (message.type === "event" && message.call_id === callId.value && message.kind !== "partial") events.value = [...events.value, message];
  });
  const leave = () => phone.hangUp("");
  function press(key) {
    phone.press(key);
    pressed.value = key;
    setTimeout(() => { pressed.value = ""; }, 150);
  }
  const typed = (event) => {
    if (shown.phase !== "talking" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (KEYS.includes(event.key)) press(event.key);
  };
  onMounted(() => {
    ticking = setInterval(() => { now.value = Date.now(); }, 500);
    window.addEventListener("pagehide", leave);
    window.addEventListener("keydown", typed);
  });
  onBeforeUnmount(() => {
    clearInterval(ticking);
    stop();
    leave();
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("keydown", typed);
  });
  function dial() {
    events.value = [];
    callId.value = "";
    phone.dial();
  }

  const panel = () => card("電話", { kind: "phone" },
    h("p", { class: "phone-state", role: "status" }, [shown.state, shown.phase === "talking" ? h("span", { class: "number" }, ` ${since(new Date(shown.began).toISOString(), now.value)}`) : null]),
    div("row",
      button("電話をかける", { kind: "primary", disabled: shown.phase !== "idle", onClick: dial }),
      button("電話を切る", { kind: "danger", disabled: shown.phase === "idle", onClick: () => phone.hangUp() }),
      button(shown.muted ? "マイクを入れる" : "マイクを切る", { disabled: shown.phase !== "talking", "aria-pressed": shown.muted ? "true" : "false", onClick: () => phone.mute() })),
    h("div", { class: "meter", role: "img", "aria-label": "マイクの音量" }, [h("div", { class: "meter-fill", style: { transform: `scaleX(${shown.level.toFixed(3)})` } })]),
    problem(shown.trouble),
    h("div", { class: "keypad", role: "group", "aria-label": "数字キー" }, KEYS.map((key) => h("button", {
      key, type: "button", class: ["key", pressed.value === key ? "pressed" : ""], "aria-label": SPOKEN[key] ?? key, disabled: shown.phase !== "talking", onClick: () => press(key),
    }, key))),
    para("small muted", "パソコンのマイクとスピーカーで、実際の電話と同じ受付につながります。通話は録音され、通話履歴に残ります。"));

  return () => pageOf("電話してみる", [], div("phone-columns", panel(), card("会話", {},
    events.value.length || mine.value?.partial ? conversation(linesOf(events.value), { partial: mine.value?.partial ?? "" })
      : empty("「電話をかける」を押して、お話しください。", h("p", "お話しの内容と、AIがそう答えた理由が、ここに表示されます。")))));
});
