// The left column: one's own state, who waits, callbacks, who else is there.

import { api } from "../../api.js";
import { clock, moment, since } from "../../format.js";
import { live } from "../../live.js";
import { may, session } from "../../session.js";
import { button, card, chip, Dialog, during, areaField, textField, toast } from "../../ui.js";
import { defineComponent, h, reactive } from "../../vue.js";

export const STATES = [["available", "受付可"], ["away", "離席"], ["training", "研修"], ["offline", "退席"]];
const KINDS = { available: "good", talking: "ai", after_call: "waiting" };
const LONG_WAIT_S = 20;

/** One's own state, with how long it has lasted. */
export function ownState(desk, choose) {
  const state = desk.me?.state ?? "offline";
  const talking = state === "talking";
  return card("", { label: "自分の状態", kind: "desk-state" }, [
    h("div", { class: "state-now" }, [
      chip(desk.me?.label ?? "退席", KINDS[state] ?? ""),
      desk.me ? h("span", { class: "number", "aria-label": "この状態になってから" }, since(desk.me.since, desk.now)) : null,
    ]),
    h("div", { class: "state-choices", role: "group", "aria-label": "状態を変える" }, STATES.map(([value, label]) =>
      button(label, {
        kind: value === state ? "primary" : "plain", "aria-pressed": value === state ? "true" : "false",
        disabled: talking || desk.busy === "presence", onClick: () => value !== state && choose(value),
      }))),
  ]);
}

/** Who waits. The first can be taken with F2. */
export function waiting(desk, accept) {
  const free = desk.me?.state === "available";
  return card(`お待ちのお客様 ${desk.queue.length}人`, { kind: "desk-queue", label: "お待ちのお客様" }, [
    desk.queue.length === 0 ? h("p", { class: "muted small" }, "お待ちのお客様はいません。") : null,
    !free && !desk.handling && desk.queue.length ? h("p", { class: "notice small" }, "応対するには、状態を「受付可」にしてください。") : null,
    h("ul", { class: "entries" }, desk.queue.map((entry, index) => {
      const waited = (desk.now - Date.parse(entry.entered_at)) / 1000;
      return h("li", { key: entry.id, class: "entry" }, [
        h("div", { class: "entry-head" }, [
          h("span", [entry.priority === 1 ? chip("至急", "bad") : null, h("strong", entry.reason || "担当者をご希望")]),
          h("span", { class: ["number", waited > LONG_WAIT_S ? "late" : ""], "aria-label": "お待ちの時間" }, clock(waited)),
        ]),
        entry.matter ? h("p", { class: "entry-matter" }, entry.matter) : null,
        h("div", { class: "entry-foot" }, [
          h("span", { class: "muted small" }, [entry.caller || "番号なし", entry.queue ? `・${entry.queue}` : ""]),
          button(index === 0 ? ["応対する ", h("kbd", "F2")] : "応対する", {
            kind: "primary", disabled: !free || Boolean(desk.busy), busy: desk.busy === "accept" && index === 0, onClick: () => accept(entry),
          }),
        ]),
      ]);
    })),
  ]);
}

/** Calls of which this operator has written nothing yet. */
export function unwritten(desk, writeUp) {
  if (!desk.unwritten.length) return null;
  return card("記入が残っている応対", { kind: "desk-unwritten" }, [
    h("ul", { class: "entries" }, desk.unwritten.map((one) => h("li", { key: one.id, class: "row small" }, [
      h("span", { class: "grow" }, moment(one.started_at)), button("記入する", { disabled: Boolean(desk.handling), onClick: () => writeUp(one) }),
    ]))),
  ]);
}

/** Callers who were promised a call. */
export const Callbacks = defineComponent({
  props: { desk: Object },
  setup(props) {
    const shown = reactive({ asked: null, number: "", reason: "折り返しのお電話のため", done: null, note: "", busy: false });
    const at = (one, tail) => `/api/desk/callbacks/${encodeURIComponent(one.id)}/${tail}`;
    const assign = (one) => during(shown, "busy", async () => { await api.post(at(one, "assign")); toast("対応をお願いします。番号を確かめて、おかけください。"); });
    const ask = (one) => Object.assign(shown, { asked: one, number: "" });
    const read = () => during(shown, "busy", async () => { shown.number = (await api.post(at(shown.asked, "number"), { reason: shown.reason })).number; });
    const finish = () => during(shown, "busy", async () => {
      await api.post(at(shown.done, "finish"), { note: shown.note });
      Object.assign(shown, { done: null, note: "" });
      toast("折り返しを完了にしました。");
    });
    const row = (one) => {
      const mine = one.owner === session.user?.id;
      const late = Date.parse(one.due_at) < props.desk.now;
      return h("li", { key: one.id, class: "entry" }, [
        h("div", { class: "entry-head" }, [
          h("strong", { class: "entry-matter" }, one.reason || "ご用件の記録なし"), late ? chip("期限切れ", "bad") : h("span", { class: "small muted" }, `${moment(one.due_at)}まで`),
        ]),
        h("div", { class: "entry-foot" }, [
          h("span", { class: "muted small" }, [one.number || "番号なし", one.owner_name ? `・${one.owner_name}さん` : ""]),
          one.owner ? null : button("対応する", { disabled: shown.busy, onClick: () => assign(one) }),
          mine && may("personal.unmask") ? button("番号", { kind: "quiet", onClick: () => ask(one) }) : null,
          mine ? button("完了", { kind: "primary", onClick: () => { shown.done = one; } }) : null,
        ]),
      ]);
    };
    return () => card(`折り返し ${props.desk.callbacks.length}件`, { kind: "desk-callbacks", label: "折り返し" }, [
      props.desk.callbacks.length ? h("ul", { class: "entries" }, props.desk.callbacks.map(row)) : h("p", { class: "muted small" }, "お約束した折り返しはありません。"),
      h(Dialog, { open: Boolean(shown.asked), title: "折り返しの番号", onClose: () => { shown.asked = null; } }, {
        default: () => [
          shown.number ? h("p", { class: "big-number" }, shown.number)
            : textField("番号を見る理由", shown, "reason", { id: "callback-reason", hint: "理由は監査ログに残ります。" }),
        ],
        actions: () => [shown.number ? button("閉じる", { onClick: () => { shown.asked = null; } }) : button("番号を見る", { kind: "primary", busy: shown.busy, disabled: !shown.reason.trim(), onClick: read })],
      }),
      h(Dialog, { open: Boolean(shown.done), title: "折り返しを完了にする", onClose: () => { shown.done = null; } }, {
        default: () => [areaField("お話しした内容", shown, "note", { id: "callback-note", rows: 4 })],
        actions: () => [button("完了にする", { kind: "primary", busy: shown.busy, onClick: finish })],
      }),
    ]);
  },
});

/** Who else is there. */
export function colleagues(desk) {
  const others = desk.presence.filter((one) => one.user_id !== session.user?.id);
  return h("details", { class: "card desk-colleagues" }, [
    h("summary", `在席 ${desk.presence.length}人`),
    others.length ? h("ul", { class: "small" }, others.map((one) => h("li", { key: one.user_id, class: "row" }, [
      h("span", { class: "grow" }, one.name), chip(one.label, KINDS[one.state] ?? ""), h("span", { class: "number muted" }, since(one.since, desk.now)),
    ]))) : h("p", { class: "muted small" }, "ほかに在席している人はいません。"),
  ]);
}

/** For supervisors: the calls that the agent conducts, to enter or to give a hint. */
export const OtherCalls = defineComponent({
  props: { desk: Object, takeOver: Function, hint: Function },
  setup(props) {
    const shown = reactive({ taking: null, hinting: null, text: "" });
    const send = async () => {
      const done = await props.hint(shown.hinting.call_id, shown.text);
      if (done) { toast(done.title ? `「${done.title}」で答えるよう伝えました。` : `${done.to}さんに伝えました。`); Object.assign(shown, { hinting: null, text: "" }); }
    };
    const row = (call) => h("li", { key: call.call_id, class: "row" }, [
      h("span", { class: "grow" }, [call.from_number || "番号なし", h("span", { class: "muted number" }, ` ${since(call.started_at, props.desk.now)}`)]),
      button("ヒント", { kind: "quiet", onClick: () => { shown.hinting = call; } }),
      button("入る", { onClick: () => { shown.taking = call; } }),
    ]);
    return () => {
      const calls = [...live.calls.values()].filter((call) => call.call_id !== props.desk.handling?.call_id);
      return h("details", { class: "card desk-others" }, [
        h("summary", `進行中の通話 ${calls.length}件`),
        calls.length ? h("ul", { class: "small" }, calls.map(row)) : h("p", { class: "muted small" }, "ほかに進行中の通話はありません。"),
        h(Dialog, { open: Boolean(shown.taking), title: "この通話に入りますか", onClose: () => { shown.taking = null; } }, {
          default: () => [h("p", "AIの応対を止めて、あなたがお客様と話します。")],
          actions: () => [button("入る", { kind: "primary", onClick: () => { const call = shown.taking; shown.taking = null; props.takeOver(call.call_id); } })],
        }),
        h(Dialog, { open: Boolean(shown.hinting), title: "ヒントを送る", onClose: () => { shown.hinting = null; } }, {
          default: () => [areaField("ヒント", shown, "text", { id: "hint-text", rows: 2, hint: "お客様には聞こえません。AIには、答えるFAQのIDか、はっきりした質問文でお伝えください。" })],
          actions: () => [button("送る", { kind: "primary", disabled: !shown.text.trim(), onClick: send })],
        }),
      ]);
    };
  },
});
