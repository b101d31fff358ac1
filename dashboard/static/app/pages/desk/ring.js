// A soft ring while a caller waits and this operator is free; the window's title says so too.

import { onBeforeUnmount, watch } from "../../vue.js";

const EVERY_MS = 4000;
const NOTES = [659.25, 783.99];
const TITLE = "応対デスク｜受付";

/** `waiting()` is how many wait for this operator now, 0 when it is not for them; `muted` is a ref. */
export function useRing(waiting, muted) {
  let context = null;
  let timer = null;

  function ring() {
    if (muted.value) return;
    context ??= new AudioContext();
    context.resume().catch(() => {}); // without a press on this page yet the browser stays silent; the title tells
    NOTES.forEach((note, n) => {
      const begin = context.currentTime + n * 0.22;
      const tone = new OscillatorNode(context, { type: "sine", frequency: note });
      const loudness = new GainNode(context, { gain: 0 });
      loudness.gain.setValueAtTime(0, begin);
      loudness.gain.linearRampToValueAtTime(0.09, begin + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.0001, begin + 0.7);
      tone.connect(loudness).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + 0.75);
    });
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    document.title = TITLE;
  }

  watch(waiting, (count) => {
    if (!count) { stop(); return; }
    document.title = `（${count}）お待ちのお客様｜受付`;
    if (timer === null) {
      ring();
      timer = setInterval(ring, EVERY_MS);
    }
  }, { immediate: true });

  onBeforeUnmount(() => {
    stop();
    document.title = TITLE;
    context?.close().catch(() => {});
  });
}
