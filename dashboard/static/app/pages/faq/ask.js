// 「質問してみる」: what a caller who says this would be told, now and with the changes; typed, or spoken while a button is held.

import { ACTS } from "./words.js";
import { api, withQuery } from "../../api.js";
import { percent } from "../../format.js";
import { ShortRecording } from "../../sound/short_recording.js";
import { button, card, chip, div, link, para, problem, span, table } from "../../ui.js";
import { defineComponent, h, onBeforeUnmount, reactive, watch } from "../../vue.js";

const SIDES = { false: "いまの応対", true: "公開したあと" };

/** props: entry (its id), changed (whether there are changes), keep (saves first), question ({text, at}: asked when it changes). */
export const AskPanel = defineComponent({
  props: { entry: String, changed: Boolean, keep: Function, question: Object },
  setup(props) {
    const state = reactive({ text: "", busy: false, answers: [], heard: null, error: "" });
    const recording = new ShortRecording();
    onBeforeUnmount(() => recording.stop());

    async function attempt(work) {
      if (state.busy) return;
      Object.assign(state, { busy: true, error: "" });
      try {
        await props.keep?.();
        await work();
      } catch (error) {
        state.error = error.message;
      } finally {
        state.busy = false;
      }
    }
    const ask = (text) => attempt(async () => {
      const one = (draft) => api.post("/api/faq/ask", { text, draft, ...(draft && props.entry ? { keys: [props.entry] } : {}) });
      state.heard = null;
      state.answers = await Promise.all((props.changed ? [false, true] : [false]).map(one));
    });
    const submit = (event) => { event.preventDefault(); if (state.text.trim()) ask(state.text.trim()); };
    watch(() => props.question, (question) => { if (question?.text) { state.text = question.text; ask(question.text); } });

    const begin = () => { if (!state.busy) recording.start(); };
    const end = () => {
      if (recording.shown.state === "off") return;
      const sound = recording.stop();
      if (!sound) return;
      attempt(async () => {
        const path = withQuery("/api/faq/ask-voice", { draft: props.changed ? "true" : "", key: props.changed ? props.entry : "" });
        const told = await (await api.raw("POST", path, sound)).json();
        Object.assign(state, { heard: told.heard, answers: told.answers, text: told.heard.text });
      });
    };
    const isKey = (event) => (event.key === " " || event.key === "Enter") && !event.repeat;
    const microphone = () => {
      const { state: now, level } = recording.shown;
      return h("button", {
        type: "button", class: ["button", "talk", now === "on" ? "on" : ""], disabled: state.busy, "aria-pressed": String(now !== "off"),
        onPointerdown: (event) => { event.target.setPointerCapture?.(event.pointerId); begin(); }, onPointerup: end, onPointercancel: end,
        onKeydown: (event) => { if (isKey(event)) { event.preventDefault(); begin(); } }, onKeyup: (event) => { if (event.key === " " || event.key === "Enter") end(); }, onBlur: end,
      }, [h("span", { class: "level", style: { width: `${Math.round(level * 100)}%` }, "aria-hidden": "true" }),
        h("span", now === "on" ? "お話しください（離すと送ります）" : now === "opening" ? "マイクを準備しています…" : "● 押しているあいだ話す")]);
    };

    const verdict = (answer) => {
      if (answer.entry && answer.act === "answer") {
        return answer.entry.id === props.entry ? chip("✓ この項目が答えます", "good") : chip(props.entry ? "別の項目が答えます" : "答えます", props.entry ? "bad" : "good");
      }
      return chip(ACTS[answer.act] ?? "答えません", "waiting");
    };
    const score = (answer) => (answer.score === null ? null : div("score", h("meter", {
      min: 0, max: 1, value: answer.score, "aria-label": "確からしさ",
    }), h("span", { class: "small" }, `確からしさ ${percent(answer.score, 0)}`)));
    const drawn = (answer) => h("section", { class: "asked", key: String(answer.draft), "aria-label": SIDES[answer.draft] }, [
      div("row", h("h3", SIDES[answer.draft]), verdict(answer)),
      answer.entry && para("", link(answer.entry.title, `/faq/${answer.entry.id}`)),
      score(answer),
      h("p", { class: "said" }, `「${answer.reply}」`),
      answer.candidates.length ? h("details", [h("summary", "候補と点数"), table([
        { label: "候補", cell: (row) => [row.title, h("br"), span("muted small", `近い質問：${row.matched}`)] },
        { label: "点数", kind: "number", cell: (row) => percent(row.score, 0) },
      ], answer.candidates, { key: "entry_id" })]) : null,
    ]);
    return () => card("質問してみる", { kind: "ask" },
      h("form", { class: "row", onSubmit: submit }, [
        h("label", { class: "hidden-text", for: "ask-text" }, "お客様のことば"),
        h("input", { id: "ask-text", class: "input grow", value: state.text, placeholder: "お客様のことばで", maxlength: 300, onInput: (event) => { state.text = event.target.value; } }),
        button("質問する", { kind: "primary", type: "submit", busy: state.busy, disabled: !state.text.trim() }),
      ]),
      microphone(),
      problem(state.error || recording.shown.trouble),
      state.heard && para("small", "聞き取り：", h("strong", `「${state.heard.text}」`), span("muted", `（確からしさ ${percent(state.heard.confidence, 0)}、電話の音質で）`)),
      div("stack", ...state.answers.map(drawn)),
      !state.answers.length && !state.error && para("muted small", "どの項目が答えるかを、いまの応対と、公開したあとで見くらべられます。話した声は保存されません。"));
  },
});
