// ▶ beside a text: heard in the voice of the calls. One voice a page, so that two never speak at once.

import { Voice } from "../../sound/hear.js";
import { button, toast } from "../../ui.js";
import { onBeforeUnmount, watch } from "../../vue.js";

/** hear(name, text, entries) gives a button; `text` and `entries` may be functions. */
export function useVoice() {
  const voice = new Voice();
  const speaking = { name: "" };
  onBeforeUnmount(() => voice.stop());
  watch(() => voice.shown.trouble, (trouble) => { if (trouble) toast(trouble, "bad"); });
  const made = (value) => (typeof value === "function" ? value() : value);
  return (name, text, { entries = [], label = "聞いてみる", ...rest } = {}) => {
    const mine = voice.shown.state !== "off" && speaking.name === name;
    return button(mine ? "■ 止める" : `▶ ${label}`, {
      kind: "quiet", busy: mine && voice.shown.state === "making", "aria-label": mine ? "止める" : `${name}を聞いてみる`, ...rest,
      onClick: () => {
        if (mine) { voice.stop(); return; }
        speaking.name = name;
        voice.say(made(text), { entries: made(entries) });
      },
    });
  };
}
