// ▶ for the caller's words of one turn, cut out of the recording. One clip sounds at a time.

import { api } from "../../api.js";
import { may } from "../../session.js";
import { button, toast } from "../../ui.js";
import { defineComponent, onBeforeUnmount, reactive } from "../../vue.js";

let sounding = null;

function stop() {
  if (!sounding) return;
  sounding.audio.pause();
  URL.revokeObjectURL(sounding.audio.src);
  sounding.state.on = false;
  sounding = null;
}

export const Clip = defineComponent({
  props: { callId: String, turn: Number, text: String },
  setup(props) {
    const state = reactive({ on: false, busy: false });
    onBeforeUnmount(() => { if (sounding?.state === state) stop(); });
    const play = async () => {
      if (state.on) { stop(); return; }
      stop();
      state.busy = true;
      try {
        const response = await api.raw("GET", `/api/improve/clips/${encodeURIComponent(props.callId)}/${props.turn}`);
        const audio = new Audio(URL.createObjectURL(await response.blob()));
        sounding = { audio, state };
        audio.onended = stop;
        state.on = true;
        await audio.play();
      } catch (error) {
        stop();
        toast(error.status ? error.message : "この録音は再生できませんでした。", "bad");
      } finally {
        state.busy = false;
      }
    };
    return () => may("calls.play") && button(state.on ? "■" : "▶", {
      kind: "quiet", busy: state.busy, "aria-label": `${state.on ? "止める" : "聞く"}：${props.text}`, title: "お客様の声を聞く", onClick: play,
    });
  },
});
