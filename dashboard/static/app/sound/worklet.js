// The sound of the pages: three processors that run on the browser's audio thread.
// "capture" turns the microphone into 16 kHz 16 bit frames of 20 ms; "playback" plays what the agent sends;
// "listen" plays a running call in stereo, caller left and agent right.

const WIRE_HZ = 16000;
const FRAME = 320; // samples of one 20 ms frame on the wire
const START_AT = 960; // 60 ms on the wire: enough to ride over the network's unevenness
const HELD_MAX = WIRE_HZ * 30; // never hold more than 30 s

// Streaming resampler for any ratio: a Blackman-windowed sinc, its table read between two phases.
// The cut-off lies a little below the lower of the two Nyquist frequencies, so nothing folds back.
class Resampler {
  constructor(fromHz, toHz) {
    this.step = fromHz / toHz;
    const scale = Math.min(1, toHz / fromHz) * 0.94;
    this.half = Math.ceil(16 / scale);
    this.phases = 128;
    const span = 2 * this.half;
    this.table = new Float32Array((this.phases + 1) * span);
    for (let phase = 0; phase <= this.phases; phase++) {
      let sum = 0;
      for (let tap = 0; tap < span; tap++) {
        const x = tap - this.half + 1 - phase / this.phases;
        const turn = (Math.PI * (x + this.half)) / this.half;
        const window = Math.abs(x) >= this.half ? 0 : 0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
        const angle = Math.PI * x * scale;
        const value = window * (x === 0 ? 1 : Math.sin(angle) / angle);
        this.table[phase * span + tap] = value;
        sum += value;
      }
      for (let tap = 0; tap < span; tap++) this.table[phase * span + tap] /= sum;
    }
    this.reset();
  }

  reset() {
    this.kept = new Float32Array(2 * this.half); // what came before is silence
    this.at = this.half; // place of the next output in `kept`
  }

  // Float32Array in, Float32Array out; the lengths follow the ratio over time.
  push(input) {
    const buffer = new Float32Array(this.kept.length + input.length);
    buffer.set(this.kept);
    buffer.set(input, this.kept.length);
    const span = 2 * this.half;
    const out = [];
    let at = this.at;
    while (Math.floor(at) + this.half < buffer.length) {
      const base = Math.floor(at);
      const place = (at - base) * this.phases;
      const phase = Math.floor(place);
      const part = place - phase;
      const low = phase * span;
      const high = low + span;
      const first = base - this.half + 1;
      let sum = 0;
      for (let tap = 0; tap < span; tap++) {
        const weight = this.table[low + tap] * (1 - part) + this.table[high + tap] * part;
        sum += weight * buffer[first + tap];
      }
      out.push(sum);
      at += this.step;
    }
    const drop = Math.max(0, Math.min(Math.floor(at) - this.half, buffer.length));
    this.kept = buffer.slice(drop);
    this.at = at - drop;
    return Float32Array.from(out);
  }
}

class CaptureProcessor extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, WIRE_HZ);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.peak = 0;
    this.ended = false;
    this.port.onmessage = (event) => {
      if (event.data === "stop") this.ended = true;
    };
  }

  process(inputs) {
    const channel = inputs[0] && inputs[0][0];
    if (channel) {
      for (const sample of this.resampler.push(channel)) {
        const held = Math.max(-1, Math.min(1, sample));
        this.peak = Math.max(this.peak, Math.abs(held));
        this.frame[this.filled++] = Math.round(held * 32767);
        if (this.filled === FRAME) this.send();
      }
    }
    return !this.ended;
  }

  send() {
    const bytes = this.frame.buffer;
    this.port.postMessage({ frame: bytes, peak: this.peak }, [bytes]);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.peak = 0;
  }
}

class PlaybackProcessor extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(WIRE_HZ, sampleRate);
    this.queue = []; // {samples} at the wire's rate, {mark}, {end}, in the order they came
    this.held = 0; // samples on the wire's rate that wait in the queue
    this.ready = new Float32Array(0); // resampled, not yet played
    this.playing = false;
    this.ended = false;
    this.port.onmessage = (event) => this.take(event.data);
  }

  take(message) {
    if (message.audio) {
      const words = new Int16Array(message.audio);
      if (this.held + words.length > HELD_MAX) return;
      this.queue.push({ samples: Float32Array.from(words, (word) => word / 32768) });
      this.held += words.length;
      if (this.held >= START_AT) this.playing = true;
    } else if (message.mark !== undefined) {
      this.queue.push({ mark: message.mark });
      this.playing = true; // a mark closes what was said: do not wait for more
    } else if (message.clear) {
      this.clear();
    } else if (message.end) {
      this.queue.push({ end: true });
      this.playing = true;
    } else if (message.stop) {
      this.ended = true;
    }
  }

  // The agent was interrupted: silence at once, and the marks it waits for go back.
  clear() {
    const marks = this.queue.filter((item) => item.mark !== undefined);
    const end = this.queue.some((item) => item.end);
    this.queue = end ? [{ end: true }] : [];
    this.held = 0;
    this.ready = new Float32Array(0);
    this.playing = end;
    this.resampler.reset();
    for (const item of marks) this.port.postMessage({ mark: item.mark });
  }

  process(_inputs, outputs) {
    const out = outputs[0][0];
    let filled = 0;
    while (this.playing && filled < out.length) {
      if (this.ready.length) {
        const count = Math.min(this.ready.length, out.length - filled);
        out.set(this.ready.subarray(0, count), filled);
        this.ready = this.ready.subarray(count);
        filled += count;
        continue;
      }
      const item = this.queue.shift();
      if (!item) {
        this.playing = false; // ran dry: gather a little before going on
      } else if (item.samples) {
        this.held -= item.samples.length;
        this.ready = this.resampler.push(item.samples);
      } else if (item.end) {
        this.port.postMessage({ ended: true });
      } else {
        this.port.postMessage({ mark: item.mark });
      }
    }
    for (let channel = 1; channel < outputs[0].length; channel++) outputs[0][channel].set(out);
    return !this.ended;
  }
}

// A running call as it is heard: interleaved 16 bit stereo at the rate of its line. It never falls far behind.
class ListenProcessor extends AudioWorkletProcessor {
  constructor(options) {
    super();
    const rate = options.processorOptions.rateHz;
    this.sides = [0, 1].map(() => ({ resampler: new Resampler(rate, sampleRate), ready: new Float32Array(0) }));
    this.startAt = sampleRate * 0.12; // rides over the network's unevenness
    this.heldMax = sampleRate * 1.5;
    this.playing = false;
    this.ended = false;
    this.port.onmessage = (event) => {
      if (event.data.stop) this.ended = true;
      else this.take(new Int16Array(event.data.audio));
    };
  }

  take(words) {
    this.sides.forEach((side, at) => {
      const samples = Float32Array.from({ length: words.length / 2 }, (_, n) => words[2 * n + at] / 32768);
      const fresh = side.resampler.push(samples);
      const all = new Float32Array(side.ready.length + fresh.length);
      all.set(side.ready);
      all.set(fresh, side.ready.length);
      side.ready = all.length > this.heldMax ? all.slice(all.length - this.startAt) : all;
    });
    if (this.sides[0].ready.length >= this.startAt) this.playing = true;
  }

  process(_inputs, outputs) {
    const out = outputs[0];
    const count = Math.min(out[0].length, this.sides[0].ready.length);
    if (this.playing && count < out[0].length) this.playing = false;
    if (this.playing) {
      this.sides.forEach((side, at) => {
        out[at].set(side.ready.subarray(0, count));
        side.ready = side.ready.slice(count);
      });
    }
    return !this.ended;
  }
}

registerProcessor("uketsuke-capture", CaptureProcessor);
registerProcessor("uketsuke-playback", PlaybackProcessor);
registerProcessor("uketsuke-listen", ListenProcessor);
