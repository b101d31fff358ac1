// Listening in: the sound of a running call in this browser, caller on the left and agent on the right.

import { socketOf } from "../api.js";
import { reactive } from "../vue.js";
import { WORKLET } from "./phone.js";

const STRETCH_S = 0.1;
const SHOWN = 300; // half a minute

/** The loudest moment of each side in a block of interleaved stereo, 0 to 127. */
function loudest(words) {
  let caller = 0;
  let agent = 0;
  for (let at = 0; at < words.length; at += 2) {
    caller = Math.max(caller, Math.abs(words[at]));
    agent = Math.max(agent, Math.abs(words[at + 1]));
  }
  return [caller >> 8, agent >> 8];
}

export class Listening {
  constructor() {
    // state: off, opening, on. `trouble` is a sentence.
    // `caller` and `agent` are the outlines of the last half minute.
    this.shown = reactive({ state: "off", callId: "", trouble: "", caller: [], agent: [] });
    this.gathering = null;
    this.turn = 0;
  }

  async start(callId) {
    this.stop();
    const mine = ++this.turn;
    Object.assign(this.shown, { state: "opening", callId, trouble: "" });
    const context = new AudioContext({ latencyHint: "interactive" });
    this.context = context;
    try {
      await context.audioWorklet.addModule(WORKLET);
      await context.resume();
    } catch {
      if (mine === this.turn) this.fail("このブラウザーでは音を鳴らせません。音の設定をご確認ください。");
      return;
    }
    if (mine !== this.turn) return;
    const socket = socketOf(`/api/calls/${encodeURIComponent(callId)}/listen`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    let player = null;
    let rate = 0;
    socket.onmessage = ({ data }) => {
      if (mine !== this.turn) return;
      if (typeof data === "string") {
        const { rate_hz: rateHz } = JSON.parse(data);
        rate = rateHz;
        player = new AudioWorkletNode(context, "uketsuke-listen", {
          numberOfInputs: 0, outputChannelCount: [2], processorOptions: { rateHz },
        });
        player.connect(context.destination);
        this.player = player;
        this.shown.state = "on";
      } else {
        this.outline(new Int16Array(data), rate);
        player?.port.postMessage({ audio: data }, [data]);
      }
    };
    socket.onclose = ({ reason }) => {
      if (mine !== this.turn) return;
      if (this.shown.state === "on" && !reason) this.stop();
      else this.fail(reason || "通話の音を聞けませんでした。通話が続いているか、ご確認ください。");
    };
  }

  /** Takes a block into the outlines, one value for each tenth of a second. */
  outline(words, rate) {
    const [caller, agent] = loudest(words);
    this.gathering ??= { caller: 0, agent: 0, seconds: 0 };
    const now = this.gathering;
    now.caller = Math.max(now.caller, caller);
    now.agent = Math.max(now.agent, agent);
    now.seconds += words.length / 2 / rate;
    if (now.seconds < STRETCH_S) return;
    this.shown.caller = [...this.shown.caller, now.caller].slice(-SHOWN);
    this.shown.agent = [...this.shown.agent, now.agent].slice(-SHOWN);
    this.gathering = null;
  }

  fail(sentence) {
    this.stop();
    this.shown.trouble = sentence;
  }

  stop() {
    this.turn += 1;
    this.player?.port.postMessage({ stop: true });
    this.socket?.close();
    this.context?.close().catch(() => {});
    this.player = this.socket = this.context = null;
    this.gathering = null;
    Object.assign(this.shown, { state: "off", callId: "", caller: [], agent: [] });
  }
}
