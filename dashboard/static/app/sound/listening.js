// Listening in: the sound of a running call in this browser, caller on the left and agent on the right.

import { socketOf } from "../api.js";
import { reactive } from "../vue.js";
import { WORKLET } from "./phone.js";

export class Listening {
  constructor() {
    // state: off, opening, on. `trouble` is a sentence.
    this.shown = reactive({ state: "off", callId: "", trouble: "" });
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
    socket.onmessage = ({ data }) => {
      if (mine !== this.turn) return;
      if (typeof data === "string") {
        const { rate_hz: rateHz } = JSON.parse(data);
        player = new AudioWorkletNode(context, "uketsuke-listen", {
          numberOfInputs: 0, outputChannelCount: [2], processorOptions: { rateHz },
        });
        player.connect(context.destination);
        this.player = player;
        this.shown.state = "on";
      } else {
        player?.port.postMessage({ audio: data }, [data]);
      }
    };
    socket.onclose = ({ reason }) => {
      if (mine !== this.turn) return;
      if (this.shown.state === "on" && !reason) this.stop();
      else this.fail(reason || "通話の音を聞けませんでした。通話が続いているか、ご確認ください。");
    };
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
    Object.assign(this.shown, { state: "off", callId: "" });
  }
}
