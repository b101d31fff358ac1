// 「聞いてみる」: any text in the voice of the calls, sentence by sentence: the next is made while one is heard.

import { api } from "../api.js";
import { reactive } from "../vue.js";

const SENTENCE = /[^。！？!?\n]*[。！？!?]?[」』）)]*/g;

export const sentencesOf = (text) => (text.match(SENTENCE) ?? []).map((each) => each.trim()).filter(Boolean);

export class Voice {
  constructor() {
    // state: off, making (no sound yet), on. `at` is the place of the sentence that is heard; `trouble` a sentence.
    this.shown = reactive({ state: "off", at: -1, trouble: "" });
    this.turn = 0;
    this.player = null;
  }

  /** Says `text`; `entries` are readings to try: [{surface, reading}]. Ends when all has been heard or `stop` is called. */
  async say(text, { entries = [], speed = 1 } = {}) {
    this.stop();
    const mine = ++this.turn;
    const waiting = sentencesOf(text);
    if (!waiting.length) { this.shown.trouble = "読み上げる文がありません。音声回答を入力してください。"; return; }
    Object.assign(this.shown, { state: "making", at: 0, trouble: "" });
    const make = async (place) => {
      const response = await api.raw("POST", "/api/speech", { text: waiting[place], entries, speed });
      return response.blob();
    };
    try {
      let next = make(0);
      for (let place = 0; place < waiting.length; place += 1) {
        const sound = await next;
        if (mine !== this.turn) return;
        if (place + 1 < waiting.length) { next = make(place + 1); next.catch(() => {}); }
        Object.assign(this.shown, { state: "on", at: place });
        await this.play(sound, mine);
        if (mine !== this.turn) return;
      }
    } catch (error) {
      if (mine === this.turn) this.shown.trouble = error.message;
    }
    if (mine === this.turn) Object.assign(this.shown, { state: "off", at: -1 });
  }

  stop() {
    this.turn += 1;
    this.player?.pause();
    this.release?.();
    this.player = null;
    Object.assign(this.shown, { state: "off", at: -1 });
  }

  play(sound, mine) {
    return new Promise((done, fail) => {
      const address = URL.createObjectURL(sound);
      const player = new Audio(address);
      const end = (after) => () => { URL.revokeObjectURL(address); this.release = null; after(); };
      this.player = player;
      this.release = end(done);
      player.onended = end(done);
      player.onerror = end(() => fail(new Error("このブラウザーでは音を鳴らせません。音の設定をご確認ください。")));
      if (mine === this.turn) player.play().catch(end(() => fail(new Error("音を鳴らせません。もう一度ボタンを押してください。"))));
    });
  }
}
