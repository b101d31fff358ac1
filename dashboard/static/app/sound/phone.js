// A telephone in the browser: calls the agent from this microphone over the line's socket.
// `phone` is what a page shows of it; the sound itself runs in worklet.js.

import { socketOf } from "../api.js";
import { reactive } from "../vue.js";

export const WORKLET = "/static/app/sound/worklet.js";
const MEDIA = "/browser/media";
const SEND_HELD_MAX = 32000; // one second of audio: when the network stands still, newer speech matters more

const TROUBLE = {
  insecure:
    "このページは安全な接続（https または http://127.0.0.1）で開かれていないため、マイクを使えません。" +
    "受付が動いているコンピューターで http://127.0.0.1 のアドレスを開いてください。",
  NotAllowedError:
    "マイクの使用が許可されていません。アドレス欄の左にあるアイコンを押し、「マイク」を「許可」にしてから、" +
    "もう一度「電話をかける」を押してください。",
  NotFoundError: "マイクが見つかりません。マイクをつないでから、もう一度お試しください。",
  NotReadableError: "マイクを使えません。ほかのアプリがマイクを使っていないか、ご確認ください。",
  refused: "エージェントにつながりませんでした。サービスが動いているか、ご確認ください。",
  lost: "通話が途切れました。お手数ですが、もう一度おかけ直しください。",
};

/** What went wrong with a microphone or a line, as a sentence for the person at the page. */
export const troubleOf = (name) => TROUBLE[name] ?? `通話を始められませんでした（${name}）。`;

/** A share of the meter's width: -50 dB to 0 dB, because a linear meter hardly moves on speech. */
export const levelOf = (peak) => (peak > 0 ? Math.max(0, Math.min(1, 1 + (20 * Math.log10(peak)) / 50)) : 0);

/** The microphone as the worklet's source: {stream, context}. Throws what `troubleOf` can name. */
export async function openMicrophone() {
  if (!window.isSecureContext || !navigator.mediaDevices || !window.AudioWorkletNode) {
    throw Object.assign(new Error("insecure"), { name: "insecure" });
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  });
  try {
    const context = new AudioContext({ latencyHint: "interactive" });
    await context.audioWorklet.addModule(WORKLET);
    await context.resume();
    return { stream, context };
  } catch (error) {
    for (const track of stream.getTracks()) track.stop();
    throw error;
  }
}

export class Phone {
  constructor() {
    // phase: idle, dialing, talking. `number` is the one under which this call appears among the running ones.
    this.shown = reactive({ phase: "idle", state: "お待ちしています", trouble: "", muted: false, level: 0, number: "", began: 0 });
    this.call = null;
  }

  async dial() {
    if (this.call) return;
    this.shown.trouble = "";
    const call = {};
    this.call = call;
    this.show("マイクを準備しています…", "dialing");
    try {
      Object.assign(call, await openMicrophone());
    } catch (error) {
      if (this.call === call) this.finish("お待ちしています");
      this.shown.trouble = troubleOf(error.name);
      return;
    }
    if (this.call !== call) { this.release(call); return; } // hung up while the browser was asking
    this.connect(call);
  }

  connect(call) {
    this.show("呼び出しています…", "dialing");
    const socket = socketOf(MEDIA);
    socket.binaryType = "arraybuffer";
    call.socket = socket;
    socket.onopen = () => {
      call.opened = true;
      this.shown.number = String(Math.floor(1000 + Math.random() * 9000));
      socket.send(JSON.stringify({ type: "start", from: this.shown.number }));
      this.wire(call);
      this.shown.began = Date.now();
      this.show("通話中", "talking");
    };
    socket.onmessage = (event) => this.receive(call, event.data);
    socket.onclose = () => {
      if (this.call !== call || call.ending) return; // what was said last is still being played
      this.finish("お待ちしています");
      this.shown.trouble = troubleOf(call.opened ? "lost" : "refused");
    };
  }

  wire(call) {
    const { context, socket } = call;
    call.capture = new AudioWorkletNode(context, "uketsuke-capture", { numberOfOutputs: 0 });
    call.playback = new AudioWorkletNode(context, "uketsuke-playback", { numberOfInputs: 0, outputChannelCount: [1] });
    call.capture.port.onmessage = ({ data }) => {
      if (this.shown.muted) new Int16Array(data.frame).fill(0);
      this.shown.level = levelOf(this.shown.muted ? 0 : data.peak);
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < SEND_HELD_MAX) socket.send(data.frame);
    };
    call.playback.port.onmessage = ({ data }) => {
      if (data.mark !== undefined) this.tell({ type: "mark", name: data.mark });
      else if (data.ended) this.finish("通話が終わりました");
    };
    context.createMediaStreamSource(call.stream).connect(call.capture);
    call.playback.connect(context.destination);
  }

  receive(call, data) {
    if (this.call !== call || !call.playback) return;
    if (data instanceof ArrayBuffer) {
      call.playback.port.postMessage({ audio: data }, [data]);
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "mark") call.playback.port.postMessage({ mark: message.name });
    else if (message.type === "clear") call.playback.port.postMessage({ clear: true });
    else if (message.type === "end") {
      call.ending = true;
      call.playback.port.postMessage({ end: true });
    }
  }

  press(digit) {
    this.tell({ type: "key", digit });
  }

  mute() {
    if (this.shown.phase === "talking") this.shown.muted = !this.shown.muted;
  }

  hangUp(said = "通話を終了しました") {
    this.finish(said);
  }

  tell(message) {
    const socket = this.call?.socket;
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  show(state, phase) {
    this.shown.state = state;
    this.shown.phase = phase;
  }

  finish(said) {
    const call = this.call;
    if (!call) return;
    this.tell({ type: "stop" });
    this.call = null;
    this.release(call);
    Object.assign(this.shown, { muted: false, level: 0 });
    this.show(said, "idle");
  }

  release(call) {
    call.capture?.port.postMessage("stop");
    call.playback?.port.postMessage({ stop: true });
    for (const track of call.stream?.getTracks() ?? []) track.stop();
    call.context?.close().catch(() => {});
    call.socket?.close();
  }
}
