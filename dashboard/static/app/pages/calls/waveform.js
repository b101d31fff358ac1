// A recording's outline: caller above, agent below. A click or the arrow keys jump to a place.

import { clock } from "../../format.js";
import { h } from "../../vue.js";

const MIDDLE = 40;

const LOUD = 24; // a recording quieter than this is drawn no larger than it is

const outline = (values, sign, loudest) => {
  const points = values.map((value, x) => `${x},${MIDDLE - sign * Math.max(0.5, (value / loudest) * (MIDDLE - 2))}`);
  return `0,${MIDDLE} ${points.join(" ")} ${values.length},${MIDDLE}`;
};

/** The last moments of a running call; the newest stand at the right. */
export function liveWaveform({ caller, agent }, width = 300) {
  const filled = (values) => [...Array(Math.max(0, width - values.length)).fill(0), ...values];
  const loud = Math.max(LOUD, ...caller, ...agent);
  return h("div", { class: "waveform live", role: "img", "aria-label": "直近30秒の音（上がお客様、下がAI・担当者）" }, [
    h("svg", { viewBox: `0 0 ${width} ${2 * MIDDLE}`, preserveAspectRatio: "none" }, [
      h("polygon", { points: outline(filled(caller), 1, loud), class: "wave-caller" }),
      h("polygon", { points: outline(filled(agent), -1, loud), class: "wave-agent" }),
    ]),
  ]);
}

/** `atMs` is the place being played; `marks` are places worth a line: [{at_ms, kind}]. */
export function waveform(peaks, { atMs = 0, marks = [], onJump }) {
  const width = peaks.caller.length;
  const loudest = Math.max(LOUD, ...peaks.caller, ...peaks.agent);
  const x = (ms) => (ms / Math.max(1, peaks.duration_ms)) * width;
  const jump = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    onJump(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * peaks.duration_ms);
  };
  const step = (event) => {
    const by = { ArrowLeft: -5000, ArrowRight: 5000, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onJump(Math.max(0, Math.min(peaks.duration_ms, atMs + by)));
  };
  return h("div", {
    class: "waveform", role: "slider", tabindex: 0, "aria-label": "再生する位置", "aria-valuemin": 0, "aria-valuemax": Math.round(peaks.duration_ms / 1000),
    "aria-valuenow": Math.round(atMs / 1000), "aria-valuetext": clock(atMs / 1000), onClick: jump, onKeydown: step,
  }, [h("svg", { viewBox: `0 0 ${width} ${2 * MIDDLE}`, preserveAspectRatio: "none", "aria-hidden": "true" }, [
    h("polygon", { points: outline(peaks.caller, 1, loudest), class: "wave-caller" }),
    h("polygon", { points: outline(peaks.agent, -1, loudest), class: "wave-agent" }),
    ...marks.map((mark) => h("line", { x1: x(mark.at_ms), x2: x(mark.at_ms), y1: 0, y2: 2 * MIDDLE, class: `wave-mark ${mark.kind}` })),
    h("line", { x1: x(atMs), x2: x(atMs), y1: 0, y2: 2 * MIDDLE, class: "wave-now" }),
  ])]);
}
