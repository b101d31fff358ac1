// One entry while it is written: kept on the server a moment after each change, apart from what is published.

import { api } from "../../api.js";
import { reactive } from "../../vue.js";

const SAVE_AFTER_MS = 800;
export const EMPTY = {
  category: "", title: "", questions: [], spoken: "", long: "", vocabulary: [], valid_from: null, valid_until: null,
  audience: "both", escalate: false, enabled: true, mode: "verbatim", negatives: [], answer_at: null,
};
const copy = (value) => JSON.parse(JSON.stringify(value));
const content = (told) => {
  const from = told.working && !told.working.deleted ? told.working.content : told.published ?? {};
  return copy(Object.fromEntries(Object.keys(EMPTY).map((name) => [name, from[name] ?? EMPTY[name]])));
};

export class EntryDraft {
  constructor(id) {
    this.id = id;
    this.path = `/api/faq/entries/${encodeURIComponent(id)}`;
    // saving: clean, waiting, saving, failed. `conflict` is somebody else's change; `told` is the server's last word.
    this.shown = reactive({ told: null, content: copy(EMPTY), review: null, saving: "clean", conflict: null, error: "" });
    this.timer = null;
    this.running = null;
    this.again = false;
  }

  async load() {
    try {
      this.take(await api.get(this.path), true);
      this.shown.error = "";
    } catch (error) {
      this.shown.error = error.message;
    }
  }

  take(told, withContent) {
    this.shown.told = told;
    this.shown.review = told.review;
    if (withContent) this.shown.content = content(told);
  }

  get unsaved() {
    return this.shown.saving !== "clean";
  }

  /** To be called after every change of `shown.content`. */
  changed() {
    if (this.shown.saving === "saving") this.again = true;
    else this.shown.saving = "waiting";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** Keeps what is there now; resolves when it is kept (true) or could not be (false). */
  async save(revision, base) {
    clearTimeout(this.timer);
    if (this.running) { await this.running; return this.unsaved && !this.shown.conflict ? this.save(revision, base) : !this.unsaved; }
    if (this.shown.saving === "clean" && revision === undefined) return true;
    this.running = this.send(revision, base);
    const kept = await this.running;
    this.running = null;
    return kept;
  }

  async send(revision, base) {
    const { told } = this.shown;
    this.shown.saving = "saving";
    this.again = false;
    const body = {
      content: this.cleaned(), revision: revision ?? told.working?.revision ?? 0,
      base_version: base ?? told.working?.base_version ?? told.published?.version ?? 0,
    };
    try {
      this.take(await api.put(this.path, body), false);
      Object.assign(this.shown, { conflict: null, error: "", saving: this.again ? "waiting" : "clean" });
      return true;
    } catch (error) {
      this.shown.saving = "failed";
      if (error.status === 409) this.shown.conflict = { newest: error.body?.newest ?? null, sentence: error.message };
      else this.shown.error = error.message;
      return false;
    }
  }

  cleaned() {
    const now = copy(this.shown.content);
    now.questions = now.questions.map((each) => each.trim()).filter(Boolean);
    now.negatives = now.negatives.map((each) => each.trim()).filter(Boolean);
    now.vocabulary = now.vocabulary.filter((term) => term.surface.trim() || term.reading.trim());
    return now;
  }

  /** Somebody else's change is taken over; mine is let go. */
  takeTheirs() {
    this.shown.conflict = null;
    this.shown.saving = "clean";
    return this.load();
  }

  /** Mine goes over somebody else's change. */
  keepMine() {
    const { newest } = this.shown.conflict;
    this.shown.conflict = null;
    return this.save(newest?.revision ?? 0, newest?.base_version);
  }

  /** Nothing is kept until the next change, which asks again. */
  decideLater() {
    this.shown.conflict = null;
  }

  stop() {
    clearTimeout(this.timer);
  }
}
