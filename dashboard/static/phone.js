// 「電話してみる」: calls the agent from this browser's microphone over the socket given in data-media.
// The page's elements are found by their data-phone names; what the call says stands in the live transcript.

const SEND_HELD_MAX = 32000; // one second of audio: when the network stands still, newer speech matters more

const TROUBLE = {
  insecure:
    "このページは安全な接続（https または http://127.0.0.1）で開かれていないため、マイクを使えません。" +
    "エージェントが動いているコンピューターで http://127.0.0.1 のアドレスを開いてください。",
  NotAllowedError:
    "マイクの使用が許可されていません。アドレス欄の左にあるアイコンを押し、「マイク」を「許可」にしてから、" +
    "もう一度「電話をかける」を押してください。",
  NotFoundError: "マイクが見つかりません。マイクをつないでから、もう一度お試しください。",
  NotReadableError: "マイクを使えません。ほかのアプリがマイクを使っていないか、ご確認ください。",
  refused: "エージェントにつながりませんでした。サービスが動いているか、ご確認ください。",
  lost: "通話が途切れました。お手数ですが、もう一度おかけ直しください。",
};

class Phone {
  constructor(root) {
    this.root = root;
    this.call = null;
    for (const name of ["dial", "hangup", "state", "timer", "level", "trouble", "mute"]) {
      this[name] = root.querySelector(`[data-phone="${name}"]`);
    }
    this.dial.addEventListener("click", () => this.start());
    this.hangup.addEventListener("click", () => this.finish("通話を終了しました"));
    this.mute.addEventListener("click", () => this.toggleMute());
    for (const key of root.querySelectorAll("[data-key]")) {
      key.addEventListener("click", () => this.press(key.dataset.key));
    }
    root.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && /^[0-9*#]$/.test(event.key)) {
        this.press(event.key);
      }
    });
    window.addEventListener("pagehide", () => this.finish(""));
    this.show("お待ちしています", "idle");
  }

  show(text, phase) {
    this.state.textContent = text;
    this.root.dataset.phase = phase;
    this.dial.disabled = phase !== "idle";
    this.hangup.disabled = phase === "idle";
    this.mute.disabled = phase !== "talking";
  }

  complain(name) {
    this.trouble.textContent = TROUBLE[name] || `通話を始められませんでした（${name}）。`;
    this.trouble.hidden = false;
  }

  async start() {
    if (this.call) return;
    this.trouble.hidden = true;
    if (!window.isSecureContext || !navigator.mediaDevices || !window.AudioWorkletNode) {
      this.complain("insecure");
      return;
    }
    const call = { marks: [], muted: false };
    this.call = call;
    this.show("マイクを準備しています…", "dialing");
    try {
      call.stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
      call.context = new AudioContext({ latencyHint: "interactive" });
      await call.context.audioWorklet.addModule(this.root.dataset.worklet);
      await call.context.resume();
    } catch (error) {
      this.release(call);
      if (this.call === call) this.finish("お待ちしています");
      this.complain(error.name);
      return;
    }
    if (this.call !== call) return this.release(call); // hung up while the browser was asking
    this.connect(call);
  }

  connect(call) {
    this.show("呼び出しています…", "dialing");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.root.dataset.media}`);
    socket.binaryType = "arraybuffer";
    call.socket = socket;
    // The number under which the page finds this call among the running ones.
    call.number = String(Math.floor(1000 + Math.random() * 9000));
    socket.onopen = () => {
      call.opened = true;
      socket.send(JSON.stringify({ type: "start", from: call.number }));
      this.wire(call);
      call.began = performance.now();
      call.ticking = setInterval(() => this.tick(call), 500);
      this.tick(call);
      this.show("通話中", "talking");
      emitEvent("phone_started", { number: call.number });
    };
    socket.onmessage = (event) => this.receive(call, event.data);
    socket.onclose = () => {
      if (this.call !== call) return;
      if (call.ending) return; // what was said is still being played
      this.finish("お待ちしています");
      this.complain(call.opened ? "lost" : "refused");
    };
  }

  wire(call) {
    const { context, socket } = call;
    call.capture = new AudioWorkletNode(context, "uketsuke-capture", { numberOfOutputs: 0 });
    call.playback = new AudioWorkletNode(context, "uketsuke-playback", {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    call.capture.port.onmessage = ({ data }) => {
      if (call.muted) new Int16Array(data.frame).fill(0);
      this.meter(call.muted ? 0 : data.peak);
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
    if (message.type === "mark") {
      call.playback.port.postMessage({ mark: message.name });
    } else if (message.type === "clear") {
      call.playback.port.postMessage({ clear: true });
    } else if (message.type === "end") {
      call.ending = true;
      call.playback.port.postMessage({ end: true });
    }
  }

  tell(message) {
    const socket = this.call && this.call.socket;
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  press(digit) {
    const key = this.root.querySelector(`[data-key="${digit}"]`);
    key.classList.add("pressed");
    setTimeout(() => key.classList.remove("pressed"), 150);
    this.tell({ type: "key", digit });
  }

  toggleMute() {
    if (!this.call) return;
    this.call.muted = !this.call.muted;
    this.mute.setAttribute("aria-pressed", String(this.call.muted));
    this.mute.textContent = this.call.muted ? "マイクを入れる" : "マイクを切る";
  }

  meter(peak) {
    // -50 dB to 0 dB over the width: a linear meter hardly moves on speech.
    const share = peak > 0 ? Math.max(0, Math.min(1, 1 + (20 * Math.log10(peak)) / 50)) : 0;
    this.level.style.transform = `scaleX(${share.toFixed(3)})`;
  }

  tick(call) {
    const seconds = Math.floor((performance.now() - call.began) / 1000);
    this.timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  finish(text) {
    const call = this.call;
    if (!call) return;
    this.tell({ type: "stop" });
    this.call = null;
    this.release(call);
    this.meter(0);
    this.mute.setAttribute("aria-pressed", "false");
    this.mute.textContent = "マイクを切る";
    this.show(text, "idle");
  }

  release(call) {
    clearInterval(call.ticking);
    if (call.capture) call.capture.port.postMessage("stop");
    if (call.playback) call.playback.port.postMessage({ stop: true });
    if (call.stream) for (const track of call.stream.getTracks()) track.stop();
    if (call.context && call.context.state !== "closed") call.context.close();
    if (call.socket) call.socket.close();
  }
}

// The page draws the panel once it runs; it is bound when it first appears.
function bind() {
  const root = document.querySelector("[data-phone-panel]");
  if (root && root.querySelector('[data-phone="dial"]')) {
    appearing.disconnect();
    new Phone(root);
  }
}

const appearing = new MutationObserver(bind);
appearing.observe(document.documentElement, { childList: true, subtree: true });
bind();
