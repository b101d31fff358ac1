// What is said while a button is held: up to 20 seconds of the microphone as 16 kHz 16 bit samples.

import { levelOf, openMicrophone, troubleOf } from "./phone.js";
import { reactive } from "../vue.js";

const LONGEST_BYTES = 20 * 16000 * 2;
const SHORTEST_BYTES = 0.3 * 16000 * 2;

export class ShortRecording {
  constructor() {
    // state: off, opening, on. `level` is 0 to 1; `trouble` a sentence.
    this.shown = reactive({ state: "off", level: 0, trouble: "" });
    this.taken = [];
    this.bytes = 0;
    this.turn = 0;
  }

  async start() {
    if (this.shown.state !== "off") return;
    const mine = ++this.turn;
    Object.assign(this.shown, { state: "opening", level: 0, trouble: "" });
    this.taken = [];
    this.bytes = 0;
    let opened;
    try {
      opened = await openMicrophone();
    } catch (error) {
      if (mine === this.turn) Object.assign(this.shown, { state: "off", trouble: troubleOf(error.name) });
      return;
    }
    this.opened = opened;
    if (mine !== this.turn) { this.close(); return; } // let go while the browser was asking
    const source = opened.context.createMediaStreamSource(opened.stream);
    const capture = new AudioWorkletNode(opened.context, "uketsuke-capture", { numberOfOutputs: 0 });
    capture.port.onmessage = ({ data }) => {
      if (this.bytes >= LONGEST_BYTES) return;
      this.taken.push(new Uint8Array(data.frame));
      this.bytes += data.frame.byteLength;
      this.shown.level = levelOf(data.peak);
    };
    source.connect(capture);
    this.shown.state = "on";
  }

  /** Ends, and gives what was said as a Blob; null when it was nothing. */
  stop() {
    this.turn += 1;
    this.close();
    const bytes = this.bytes;
    this.shown.state = "off";
    this.shown.level = 0;
    if (bytes < SHORTEST_BYTES) {
      if (bytes) this.shown.trouble = "短すぎました。ボタンを押したまま、お話しください。";
      return null;
    }
    return new Blob(this.taken, { type: "application/octet-stream" });
  }

  close() {
    if (!this.opened) return;
    for (const track of this.opened.stream.getTracks()) track.stop();
    this.opened.context.close();
    this.opened = null;
  }
}
