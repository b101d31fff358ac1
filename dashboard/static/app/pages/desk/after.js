// The work after a call: how it ended, its summary, a draft for the FAQ, and a clock that runs meanwhile.

import { api } from "../../api.js";
import { clock } from "../../format.js";
import { may } from "../../session.js";
import { areaField, button, card, chip, Dialog, during, selectField, textField, toast, every } from "../../ui.js";
import { defineComponent, h, nextTick, onMounted, reactive, ref } from "../../vue.js";

const FIELDS = ["用件", "対応", "結果", "次のアクション"];
const SOURCES = { ai: "AIの下書き（ご確認ください）", call: "通話から集めた下書き（ご確認ください）", person: "記入済み" };
const ASK_AGAIN_MS = 4000;
const SPEAKERS = { caller: "お客様", agent: "AI", operator: "担当者" };

export const AfterCall = defineComponent({
  props: { desk: Object, deeds: Object },
  setup(props) {
    const { id, call_id: callId, acw_ended_at: late } = props.desk.handling;
    const base = `/api/desk/handlings/${encodeURIComponent(id)}`;
    const form = reactive({ disposition: "", disposition_detail: "", resolved: null, note: "", ...Object.fromEntries(FIELDS.map((name) => [name, ""])) });
    const shown = reactive({ dispositions: [], source: "", edited: false, saving: false, finishing: false, missing: false });
    const faq = reactive({ open: false, turns: [], chosen: new Set(), title: "", answer: "", busy: false });
    const callback = reactive({ open: false, reason: "", busy: false });
    const first = ref(null);

    function fill(told, all) {
      if (all) Object.assign(form, { disposition: told.disposition, disposition_detail: told.disposition_detail, resolved: told.resolved, note: told.note });
      Object.assign(form, Object.fromEntries(FIELDS.map((name) => [name, told.summary[name] ?? ""])));
      shown.source = told.summary_source;
    }
    onMounted(async () => {
      try {
        const [told, { dispositions }] = await Promise.all([api.get(base), api.get("/api/desk/dispositions")]);
        shown.dispositions = dispositions;
        fill(told, true);
        nextTick(() => first.value?.querySelector("select")?.focus());
      } catch (error) {
        toast(error.message, "bad");
      }
    });
    // A model's draft may come some seconds after the call: it replaces what nobody has touched.
    every(ASK_AGAIN_MS, async () => {
      if (shown.edited || shown.source !== "call") return;
      const told = await api.get(base).catch(() => null);
      if (told && !shown.edited && told.summary_source === "ai") fill(told, false);
    });

    const body = () => ({
      disposition: form.disposition, disposition_detail: form.disposition_detail, resolved: form.resolved, note: form.note,
      summary: Object.fromEntries(FIELDS.map((name) => [name, form[name]])), summary_by_ai: shown.source === "ai",
    });
    const save = () => during(shown, "saving", async () => { const told = await api.put(base, body()); shown.source = shown.source === "ai" ? "ai" : told.summary_source; toast("保存しました。"); });
    const finish = () => during(shown, "finishing", async () => {
      if (!form.disposition) {
        shown.missing = true;
        document.getElementById("disposition")?.focus();
        return;
      }
      await api.put(base, body());
      await api.post(`${base}/finish`);
      toast(late ? "記入を終えました。" : "後処理を終えました。次のお電話をお受けできます。");
      props.deeds.finished();
    });
    const openFaq = () => during(faq, "busy", async () => {
      faq.turns = await api.get(`/api/desk/calls/${encodeURIComponent(callId)}/turns`);
      faq.chosen = new Set();
      faq.open = true;
    });
    const makeFaq = () => during(faq, "busy", async () => {
      const made = await api.post(`/api/desk/calls/${encodeURIComponent(callId)}/draft`, { turns: [...faq.chosen], title: faq.title, answer: faq.answer });
      Object.assign(faq, { open: false, title: "", answer: "" });
      toast(`「${made.title}」を改善候補に送りました。`);
    });
    const book = () => during(callback, "busy", async () => {
      await api.post(`/api/desk/calls/${encodeURIComponent(callId)}/callback`, { reason: callback.reason });
      Object.assign(callback, { open: false, reason: "" });
      toast("折り返しを予約しました。");
    });

    const details = () => shown.dispositions.find((each) => each.code === form.disposition)?.details ?? [];
    const edited = () => { shown.edited = true; };
    const resolved = () => h("fieldset", { class: "field resolved" }, [
      h("legend", "解決しましたか"),
      h("div", { class: "row" }, [[true, "解決した"], [false, "解決していない"]].map(([value, label]) => h("label", { class: "check" }, [
        h("input", { type: "radio", name: "resolved", checked: form.resolved === value, onChange: () => { form.resolved = value; } }), h("span", label),
      ]))),
    ]);

    const dialogs = () => [
      h(Dialog, { open: faq.open, wide: true, title: "FAQにする", onClose: () => { faq.open = false; } }, {
        default: () => [
          h("p", "お客様の発話を1つ以上と、その回答になる発話を選んでください。お名前や番号は伏せて、改善候補に送ります。公開はスーパーバイザーが決めます。"),
          h("ul", { class: "faq-turns" }, faq.turns.map((turn) => h("li", { key: turn.turn }, [h("label", { class: "check" }, [
            h("input", { type: "checkbox", checked: faq.chosen.has(turn.turn), onChange: (event) => { faq.chosen[event.target.checked ? "add" : "delete"](turn.turn); } }),
            h("span", [h("strong", `${SPEAKERS[turn.who] ?? ""}　`), turn.text]),
          ])]))),
          textField("題名（空なら最初の質問から付けます）", faq, "title", { id: "faq-title", max: 100 }),
          areaField("回答（空なら選んだ発話から作ります）", faq, "answer", { id: "faq-answer", rows: 3 }),
        ],
        actions: () => [button("改善候補に送る", { kind: "primary", busy: faq.busy, disabled: !faq.turns.some((turn) => turn.who === "caller" && faq.chosen.has(turn.turn)), onClick: makeFaq })],
      }),
      h(Dialog, { open: callback.open, title: "折り返しを予約する", onClose: () => { callback.open = false; } }, {
        default: () => [textField("ご用件", callback, "reason", { id: "book-reason", required: true, max: 200 })],
        actions: () => [button("予約する", { kind: "primary", busy: callback.busy, disabled: !callback.reason.trim(), onClick: book })],
      }),
    ];

    return () => card("応対後の記入", { kind: "desk-after", actions: [
      late ? chip("後処理の時間は終わっています") : h("span", { class: "acw", role: "timer", "aria-label": "後処理の時間" }, ["後処理 ", h("strong", { class: "number" }, clock((props.desk.now - Date.parse(props.desk.handling.talk_ended_at)) / 1000))]),
    ] }, [
      h("form", { ref: first, class: "after-form", novalidate: true, onSubmit: (event) => { event.preventDefault(); finish(); } }, [
        h("div", { class: "fields" }, [
          selectField("応対結果", form, "disposition", { id: "disposition", required: true, error: shown.missing && !form.disposition ? "応対結果を選んでください。" : "", choices: [["", "選んでください"], ...shown.dispositions.map((each) => [each.code, each.label])], onChange: () => { form.disposition_detail = ""; } }),
          selectField("くわしい分類", form, "disposition_detail", { id: "disposition-detail", disabled: !details().length, choices: [["", details().length ? "選んでください" : "ありません"], ...details().map((each) => [each.code, each.label])] }),
        ]),
        resolved(),
        h("div", { class: "row" }, [h("h3", "要約"), shown.source ? chip(SOURCES[shown.source], shown.source === "ai" ? "ai" : shown.source === "call" ? "waiting" : "good") : null]),
        h("div", { class: "summary-fields" }, FIELDS.map((name) => areaField(name, form, name, { id: `summary-${FIELDS.indexOf(name)}`, rows: 2, onInput: edited }))),
        areaField("メモ", form, "note", { id: "handling-note", rows: 2 }),
        h("div", { class: "actions after-actions" }, [
          may("faq.propose") ? button("FAQにする", { busy: faq.busy, onClick: openFaq }) : null,
          button("折り返しを予約", { onClick: () => { callback.open = true; } }),
          h("span", { class: "grow" }),
          button("保存する", { busy: shown.saving, onClick: save }),
          button(late ? "記入を終える" : "後処理を終える", { kind: "primary", type: "submit", busy: shown.finishing }),
        ]),
      ]),
      ...dialogs(),
    ]);
  },
});
