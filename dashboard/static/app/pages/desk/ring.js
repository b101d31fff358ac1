// A soft ring while a caller waits and this operator is free, on whatever page they are; the window's title says so too.

import { watch } from "../../vue.js";

const EVERY_MS = 4000;
const NOTES = [659.25, 783.99];

/** `waiting()` is how many wait for this operator now, 0 when it is not for them; `silent()` turns the sound off. */
export function ringWhile(waiting, silent) {
  let context = null;
  let timer = null;
  let titled = "";

  function chime() {
    if (silent()) return;
    context ??= new AudioContext();
    context.resume().catch(() => {}); // without a press in this window yet the browser stays silent; the title tells
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

  watch(waiting, (count) => {
    if (!count) {
      clearInterval(timer);
      timer = null;
      if (titled) document.title = titled;
      titled = "";
      return;
    }
    titled ||= document.title;
    document.title = `（${count}）お待ちのお客様｜受付`;
    if (timer === null) {
      chime();
      timer = setInterval(chime, EVERY_MS);
    }
  }, { immediate: true });
}
