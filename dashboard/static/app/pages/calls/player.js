// A recording to play: the outline, the sound, and where it is. Nothing is fetched of the sound before it is played.

import { api } from "../../api.js";
import { clock } from "../../format.js";
import { button, loaded, problem, selectField } from "../../ui.js";
import { defineComponent, h, onMounted, reactive, ref } from "../../vue.js";
import { waveform } from "./waveform.js";

const RATES = [["0.75", "0.75倍"], ["1", "1倍"], ["1.25", "1.25倍"], ["1.5", "1.5倍"], ["2", "2倍"]];

export const Player = defineComponent({
  props: { source: String, peaks: String, lines: Array },
  emits: ["playing"],
  setup(props, { emit, expose }) {
    const sound = ref(null);
    const shown = reactive({ atMs: 0, on: false, rate: "1", trouble: "" });
    const peaks = loaded(() => api.get(props.peaks));
    onMounted(() => peaks.load());
    let begin = null;

    async function playFrom(atMs) {
      const audio = sound.value;
      if (audio.readyState > 0) audio.currentTime = atMs / 1000;
      else begin = atMs / 1000;
      shown.atMs = atMs;
      emit("playing", atMs);
      await play();
    }
    async function play() {
      try {
        await sound.value.play();
        shown.trouble = "";
      } catch (error) {
        if (error.name !== "AbortError") shown.trouble = "録音を再生できませんでした。ファイルが削除されていないか、ご確認ください。";
      }
    }
    const toggle = () => (shown.on ? sound.value.pause() : play());
    const moved = () => {
      shown.atMs = sound.value.currentTime * 1000;
      emit("playing", shown.atMs);
    };
    expose({ playFrom });

    return () => h("section", { class: "card player", "aria-label": "録音" }, [
      h("audio", {
        ref: sound, src: props.source, preload: "none", class: "hidden-text", onTimeupdate: moved, onPlay: () => { shown.on = true; }, onPause: () => { shown.on = false; },
        onLoadedmetadata: () => { if (begin !== null) { sound.value.currentTime = begin; begin = null; } sound.value.playbackRate = Number(shown.rate); },
      }),
      h("div", { class: "player-row" }, [
        button(shown.on ? "止める" : "再生", { kind: "primary", onClick: toggle }),
        h("span", { class: "number" }, `${clock(shown.atMs / 1000)} / ${clock((peaks.data?.duration_ms ?? 0) / 1000)}`),
        h("div", { class: "grow" }, [peaks.data ? waveform(peaks.data, {
          atMs: shown.atMs, onJump: playFrom, marks: props.lines.filter((line) => line.who === "agent").map((line) => ({ at_ms: line.at_ms, kind: "answer" })),
        }) : h("p", { class: "muted small" }, peaks.error || "波形を読み込んでいます…")]),
        selectField("速さ", shown, "rate", { id: "play-rate", choices: RATES, onChange: (rate) => { sound.value.playbackRate = Number(rate); } }),
      ]),
      h("p", { class: "muted small legend" }, [h("span", { class: "dot wave-caller-dot" }), "上：お客様", h("span", { class: "dot wave-agent-dot" }), "下：AI・担当者　波形や会話の時刻を押すと、そこから再生します。再生は監査ログに残ります。"]),
      problem(shown.trouble),
    ]);
  },
});
