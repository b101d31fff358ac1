// The operator's ear and voice on one call. While the own microphone is on, the agent's side, which then carries
// this very voice, is not played back.

import { socketOf } from "../../api.js";
import { levelOf, openMicrophone, troubleOf, WORKLET } from "../../sound/phone.js";
import { reactive } from "../../vue.js";

const HELD_MAX = 32000; // one second: when the network stands still, newer words matter more

export class DeskSound {
  constructor() {
    this.shown = reactive({ hearing: false, speaking: false, opening: false, level: 0, trouble: "" });
    this.callId = "";
    this.voice = null;
    this.ear = null;
  }

  /** Hear both sides of that call from now on. */
  async hear(callId) {
    if (this.callId === callId && this.ear) return;
    this.deafen();
    this.callId = callId;
    const ear = {};
    this.ear = ear;
    try {
      ear.context = new AudioContext({ latencyHint: "interactive" });
      await ear.context.audioWorklet.addModule(WORKLET);
    } catch {
      this.shown.trouble = "このブラウザーでは音を鳴らせません。音の設定をご確認ください。";
      return;
    }
    if (this.ear !== ear) { ear.context.close().catch(() => {}); return; }
    wake(ear.context);
    ear.socket = socketOf(`/api/calls/${encodeURIComponent(callId)}/listen`);
    ear.socket.binaryType = "arraybuffer";
    ear.socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.wireEar(ear, JSON.parse(data).rate_hz);
      else ear.player?.port.postMessage({ audio: data }, [data]);
    };
    ear.socket.onclose = () => { if (this.ear === ear) this.deafen(); };
  }

  wireEar(ear, rateHz) {
    ear.player?.disconnect();
    ear.player = new AudioWorkletNode(ear.context, "uketsuke-listen", {
      numberOfInputs: 0, outputChannelCount: [2], processorOptions: { rateHz },
    });
    const sides = new ChannelSplitterNode(ear.context, { numberOfOutputs: 2 });
    ear.agent = new GainNode(ear.context, { gain: this.shown.speaking ? 0 : 1 });
    ear.player.connect(sides);
    sides.connect(ear.context.destination, 0);
    sides.connect(ear.agent, 1).connect(ear.context.destination);
    this.shown.hearing = true;
  }

  deafen() {
    const ear = this.ear;
    this.ear = null;
    this.callId = "";
    this.shown.hearing = false;
    ear?.player?.port.postMessage({ stop: true });
    ear?.socket?.close();
    ear?.context?.close().catch(() => {});
  }

  /** Speak with one's own voice, or stop it. */
  async toggle(callId) {
    if (this.voice) { this.silence(); return; }
    const voice = {};
    this.voice = voice;
    Object.assign(this.shown, { opening: true, trouble: "" });
    try {
      Object.assign(voice, await openMicrophone());
    } catch (error) {
      if (this.voice === voice) this.voice = null;
      Object.assign(this.shown, { opening: false, trouble: troubleOf(error.name).replace("もう一度「電話をかける」を押してください", "もう一度お試しください") });
      return;
    }
    if (this.voice !== voice) { release(voice); return; }
    voice.socket = socketOf(`/api/desk/calls/${encodeURIComponent(callId)}/microphone`);
    voice.socket.onopen = () => this.wireVoice(voice);
    voice.socket.onclose = ({ reason }) => {
      if (this.voice !== voice) return;
      this.silence();
      if (reason) this.shown.trouble = reason;
    };
  }

  wireVoice(voice) {
    if (this.voice !== voice) return;
    voice.capture = new AudioWorkletNode(voice.context, "uketsuke-capture", { numberOfOutputs: 0 });
    voice.capture.port.onmessage = ({ data }) => {
      this.shown.level = levelOf(data.peak);
      const { socket } = voice;
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < HELD_MAX) socket.send(data.frame);
    };
    voice.context.createMediaStreamSource(voice.stream).connect(voice.capture);
    if (this.ear?.agent) this.ear.agent.gain.value = 0;
    Object.assign(this.shown, { opening: false, speaking: true });
  }

  silence() {
    const voice = this.voice;
    this.voice = null;
    if (this.ear?.agent) this.ear.agent.gain.value = 1;
    Object.assign(this.shown, { opening: false, speaking: false, level: 0 });
    if (voice) release(voice);
  }

  close() {
    this.silence();
    this.deafen();
  }
}

/** After a reload a browser lets nothing sound until something is pressed. */
function wake(context) {
  context.resume().catch(() => {});
  for (const kind of ["pointerdown", "keydown"]) {
    window.addEventListener(kind, () => { if (context.state === "suspended") context.resume().catch(() => {}); }, { once: true });
  }
}

function release(voice) {
  voice.capture?.port.postMessage("stop");
  for (const track of voice.stream?.getTracks() ?? []) track.stop();
  voice.context?.close().catch(() => {});
  voice.socket?.close();
}
