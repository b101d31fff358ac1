// The middle column while a call runs: what is said, and the operator's own words by keyboard or by voice.

import { since } from "../../format.js";
import { button, card, chip, Dialog, textField } from "../../ui.js";
import { defineComponent, h, nextTick, reactive, ref, watch } from "../../vue.js";
import { conversation } from "../calls/conversation.js";
import { linesOf } from "../calls/lines.js";

const LONGEST = 500;
const NEAR_END = 60;

export const CallInHand = defineComponent({
  props: { desk: Object, deeds: Object, sound: Object, draft: Object },
  setup(props) {
    const shown = reactive({ handing: false, task: "", ending: false, endHarassed: false });
    const warned = () => props.desk.events.some((event) => event.kind === "operator" && event.data.what === "warned");
    const box = ref(null);
    const said = ref(null);

    // New lines come into view, unless the operator has scrolled back to read.
    watch(() => [props.desk.events.length, props.desk.partial], () => {
      const list = said.value;
      if (!list) return;
      const follows = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END * 2;
      if (follows) nextTick(() => { list.scrollTop = list.scrollHeight; });
    });
    watch(() => props.desk.handling?.call_id, () => nextTick(() => { box.value?.focus(); if (said.value) said.value.scrollTop = said.value.scrollHeight; }), { immediate: true });
    watch(() => props.desk.onHold, (held) => { if (!held) nextTick(() => box.value?.focus()); });
    watch(() => props.draft.focus, () => nextTick(() => box.value?.focus()));

    async function send() {
      const text = props.draft.text.trim();
      if (!text || props.desk.onHold) return;
      props.draft.text = "";
      if (!(await props.deeds.say(text))) props.draft.text = text;
    }
    const keyed = (event) => {
      // Enter also ends a conversion of the input method: then it is not meant to speak.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); send(); }
    };
    async function handBack() {
      const done = await props.deeds.handBack(shown.task);
      if (done) Object.assign(shown, { handing: false, task: "" });
    }

    const head = () => {
      const { desk, deeds } = props;
      const busy = Boolean(desk.busy);
      return h("div", { class: "call-head" }, [
        h("div", { class: "row" }, [
          chip(desk.onHold ? "保留中" : "応対中", desk.onHold ? "waiting" : "ai"),
          h("strong", desk.pop?.caller || "番号なし"),
          h("span", { class: "number muted", "aria-label": "応対の時間" }, since(desk.handling.started_at, desk.now)),
        ]),
        h("div", { class: "actions" }, [
          button([desk.onHold ? "保留を終える " : "保留 ", h("kbd", "F9")], { kind: desk.onHold ? "primary" : "plain", disabled: busy, onClick: deeds.hold }),
          button("AIに戻す", { disabled: busy, onClick: () => { shown.handing = true; } }),
          button("カスハラ", { kind: warned() ? "danger" : "plain danger-edge", disabled: busy, title: "警告を流し、管理者に知らせ、証拠を残します", onClick: () => (warned() ? (shown.endHarassed = true) : deeds.warn()) }),
          button("終話", { kind: "danger", disabled: busy, onClick: () => { shown.ending = true; } }),
        ]),
      ]);
    };

    const speaker = () => {
      const { desk, sound, draft } = props;
      return h("div", { class: "speaker-box" }, [
        h("label", { for: "say-text", class: "row" }, [h("strong", "文字で話す"), h("span", { class: "muted small" }, ["AIの声でお客様に伝わります。", h("kbd", "Enter"), " で話す、", h("kbd", "Shift+Enter"), " で改行"])]),
        h("div", { class: "say-row" }, [
          h("textarea", {
            id: "say-text", ref: box, class: "input", rows: 2, maxlength: LONGEST, value: draft.text, disabled: desk.onHold,
            placeholder: desk.onHold ? "保留中です。保留を終えると話せます。" : "例：お待たせいたしました。担当の佐々木です。",
            onInput: (event) => { draft.text = event.target.value; }, onKeydown: keyed,
          }),
          button("話す", { kind: "primary", disabled: desk.onHold || !draft.text.trim(), busy: desk.busy === "say", onClick: send }),
        ]),
        h("div", { class: "voice-row" }, [
          button([sound.shown.speaking ? "声を止める " : "自分の声で話す ", h("kbd", "F8")], {
            kind: sound.shown.speaking ? "danger" : "plain", busy: sound.shown.opening, "aria-pressed": sound.shown.speaking ? "true" : "false",
            disabled: desk.onHold, onClick: () => sound.toggle(desk.handling.call_id),
          }),
          h("span", { class: "meter", role: "meter", "aria-label": "マイクの音量", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(sound.shown.level * 100) }, [
            h("span", { class: "meter-fill", style: { transform: `scaleX(${sound.shown.level.toFixed(2)})` } }),
          ]),
          button(sound.shown.hearing ? "音を止める" : "音を聞く", {
            kind: "quiet", "aria-pressed": sound.shown.hearing ? "true" : "false",
            onClick: () => (sound.shown.hearing ? sound.deafen() : sound.hear(desk.handling.call_id)),
          }),
        ]),
        sound.shown.trouble ? h("p", { class: "field-error", role: "alert" }, sound.shown.trouble) : null,
      ]);
    };

    const dialogs = () => [
      h(Dialog, { open: shown.handing, title: "AIに戻しますか", onClose: () => { shown.handing = false; } }, {
        default: () => [
          h("p", "お客様に「お電話を自動音声に戻します」とお伝えしてから、AIが続けます。"),
          textField("AIに頼むこと（なくてもかまいません）", shown, "task", { id: "hand-back-task", placeholder: "例：住所変更の手続き", hint: "答えるFAQの質問文か、受け付ける手続きの名前をお書きください。" }),
        ],
        actions: () => [button("AIに戻す", { kind: "primary", busy: props.desk.busy === "handBack", onClick: handBack })],
      }),
      h(Dialog, { open: shown.ending, title: "通話を終えますか", onClose: () => { shown.ending = false; } }, {
        default: () => [h("p", "お別れのごあいさつはお済みでしょうか。話している途中の文は、最後までお伝えしてから切れます。")],
        actions: () => [button("終話する", { kind: "danger", onClick: () => { shown.ending = false; props.deeds.end(); } })],
      }),
      h(Dialog, { open: shown.endHarassed, title: "お断りを伝えて、通話を終えますか", onClose: () => { shown.endHarassed = false; } }, {
        default: () => [h("p", "「これ以上のご案内はいたしかねます」とお伝えして、電話を切ります。ここまでの記録は証拠として残ります。")],
        actions: () => [button("終話する", { kind: "danger", onClick: () => { shown.endHarassed = false; props.deeds.endHarassed(); } })],
      }),
    ];

    return () => card("", { label: "いまの通話", kind: "desk-call" }, [
      head(),
      ...props.desk.whispers.map((whisper) => h("p", { key: whisper.at, class: "notice good", role: "status" }, `${whisper.from}さんから：${whisper.text}`)),
      warned() ? h("p", { class: "notice", role: "status" }, ["警告をお伝えし、管理者に知らせました。やまないときは、もう一度「カスハラ」を押すと通話を終えられます。"]) : null,
      h("div", { class: "said-list", ref: said, tabindex: 0, role: "log", "aria-label": "お話の内容" }, [
        conversation(linesOf(props.desk.events), { partial: props.desk.partial }),
        props.desk.ownPartial ? h("p", { class: "own-partial" }, `担当者　${props.desk.ownPartial}…`) : null,
      ]),
      speaker(),
      ...dialogs(),
    ]);
  },
});
