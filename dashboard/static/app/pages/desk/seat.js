// What belongs to the operator and not to the page: the sound of their call, the ring, and the way back to the desk.

import { clock } from "../../format.js";
import { place } from "../../router.js";
import { link } from "../../ui.js";
import { createApp, defineComponent, h, reactive, ref, watch } from "../../vue.js";
import { ringWhile } from "./ring.js";
import { DeskSound } from "./sound.js";
import { openDesk } from "./state.js";

const SILENT = "uketsuke-desk-silent";

/** {deeds, sound, draft, silent}: one a window, from when the desk is first opened; it outlives the page. */
export const seat = takeSeat();

function takeSeat() {
  const deeds = openDesk();
  const { desk, talking } = deeds;
  const sound = new DeskSound();
  const draft = reactive({ text: "", focus: 0 });
  const silent = ref(localStorage.getItem(SILENT) === "yes");
  watch(silent, (value) => localStorage.setItem(SILENT, value ? "yes" : "no"));
  watch(() => (talking() ? desk.handling.call_id : ""), (callId) => {
    draft.text = "";
    if (callId) sound.hear(callId);
    else sound.close();
  }, { immediate: true });
  const calling = () => (desk.me?.state === "available" ? desk.queue.length : 0);
  ringWhile(calling, () => silent.value);

  const Way = defineComponent(() => () => {
    if (place.path === "/desk") return null;
    const said = desk.alarms.length ? "迷惑行為の報告があります" : talking() ? `応対中 ${clock((desk.now - Date.parse(desk.handling.started_at)) / 1000)}`
      : calling() ? `お客様が${calling()}人お待ちです` : desk.handling ? "応対後の記入が残っています" : "";
    return said ? h("div", { class: "desk-way", role: "status" }, [h("span", said), link("応対デスクへ", "/desk", "button primary")]) : null;
  });
  const box = document.createElement("aside");
  box.setAttribute("aria-label", "応対デスクのお知らせ");
  document.body.append(box);
  createApp(Way).mount(box);
  return { deeds, sound, draft, silent };
}
