// Past calls: searched, narrowed, and opened. What is asked for stands in the address.

import { api, withQuery } from "../api.js";
import { clock, moment, ms } from "../format.js";
import { go, place } from "../router.js";
import { button, chip, div, link, loaded, pageOf, selectField, table, textField, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onMounted, reactive, watch } from "../vue.js";

const NAMES = ["q", "number", "from", "to", "outcome", "entry", "reason", "slower", "recorded", "operator"];
const OUTCOMES = [["", "すべて"], ["answered", "自動で回答"], ["hand_over", "担当者へ引き継ぎ"], ["unanswered", "回答なし"], ["silent", "お話なし"], ["failed", "障害で終了"], ["crash", "サービスの停止で中断"]];
const REASONS = [["", "すべて"], ["requested", "お客様のご希望"], ["asks-for-person", "お客様のご希望（言葉）"], ["no_answer", "回答できるFAQがない"], ["not-understood", "ご用件が伝わらない"], ["upset", "ご不満・お叱り"], ["emergency", "緊急のご連絡"], ["forbidden-advice", "法律・医療・投資のご相談"], ["entry", "FAQの指定"], ["system_failure", "システムの障害"]];
const SLOW = [["", "すべて"], ["1000", "1秒より遅い"], ["1500", "1.5秒より遅い"], ["2000", "2秒より遅い"], ["3000", "3秒より遅い"]];
const YES_NO = (yes, no) => [["", "すべて"], ["true", yes], ["false", no]];
const KINDS = { answered: "good", hand_over: "ai", failed: "bad", crash: "bad", unanswered: "waiting" };

const dayBegins = (text) => (text ? `${text}T00:00:00+09:00` : "");
const dayAfter = (text) => {
  if (!text) return "";
  const next = new Date(`${text}T00:00:00+09:00`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString();
};

export default defineComponent(() => {
  useStyle("calls");
  const wanted = reactive(Object.fromEntries(NAMES.map((name) => [name, ""])));
  const more = reactive({ rows: [], next: null, busy: false });
  const found = loaded(async () => {
    const told = await api.get(address());
    Object.assign(more, { rows: told.calls, next: told.next_before });
    return told;
  });

  const address = (before) => withQuery("/api/calls", {
    limit: 25, before, q: wanted.q, number: wanted.number, since: dayBegins(wanted.from), until: dayAfter(wanted.to), outcome: wanted.outcome,
    entry: wanted.entry, reason: wanted.reason, slower_than_ms: wanted.slower, recorded: wanted.recorded, operator: wanted.operator,
  });
  async function further() {
    more.busy = true;
    try {
      const told = await api.get(address(more.next));
      more.rows = [...more.rows, ...told.calls];
      more.next = told.next_before;
    } finally {
      more.busy = false;
    }
  }
  const search = () => go(withQuery("/calls", Object.fromEntries(NAMES.map((name) => [name, wanted[name]]))), { replace: true });
  const clear = () => { for (const name of NAMES) wanted[name] = ""; search(); };
  onMounted(() => watch(() => JSON.stringify(place.query), () => {
    if (place.path !== "/calls") return;
    for (const name of NAMES) wanted[name] = place.query[name] ?? "";
    found.load();
  }, { immediate: true }));

  const asked = () => NAMES.some((name) => place.query[name]);
  const form = () => h("form", { class: "card", role: "search", "aria-label": "通話を探す", onSubmit: (event) => { event.preventDefault(); search(); } }, [
    div("fields search-fields",
      textField("お話の内容", wanted, "q", { placeholder: "例：解約", type: "search" }),
      textField("電話番号", wanted, "number", { placeholder: "例：0901234", type: "search", attrs: { inputmode: "tel" } }),
      textField("いつから", wanted, "from", { type: "date" }), textField("いつまで", wanted, "to", { type: "date" }),
      selectField("結果", wanted, "outcome", { choices: OUTCOMES, onChange: search }),
      selectField("引き継ぎの理由", wanted, "reason", { choices: REASONS, onChange: search }),
      textField("お答えしたFAQのID", wanted, "entry", { placeholder: "例：billing-003", type: "search" }),
      selectField("応答までの時間", wanted, "slower", { choices: SLOW, onChange: search }),
      selectField("録音", wanted, "recorded", { choices: YES_NO("あり", "なし"), onChange: search }),
      selectField("担当者の応対", wanted, "operator", { choices: YES_NO("あり", "なし"), onChange: search })),
    div("row", button("探す", { kind: "primary", type: "submit", busy: found.busy }), asked() ? button("条件をすべて外す", { kind: "quiet", onClick: clear }) : null),
  ]);

  const columns = [
    { name: "started_at", label: "日時", cell: (call) => link(moment(call.started_at), `/calls/${encodeURIComponent(call.id)}`) },
    { name: "caller", label: "お客様" },
    { name: "first_words", label: "最初のお言葉", cell: (call) => h("span", { class: "two-lines" }, call.first_words || "（お話なし）") },
    { name: "outcome", label: "結果", cell: (call) => [chip(call.outcome_name, call.live ? "ai" : KINDS[call.outcome] ?? ""), call.reason ? h("div", { class: "small muted" }, call.reason) : null] },
    { name: "duration_s", label: "長さ", kind: "number", cell: (call) => clock(call.duration_s) },
    { name: "latency", label: "応答まで", kind: "number", cell: (call) => [h("div", ms(call.latency_p50_ms)), call.latency_max_ms > 1500 ? h("div", { class: "small bad-text" }, `最長 ${ms(call.latency_max_ms)}`) : null] },
    { name: "recording", label: "録音", cell: (call) => (call.has_recording ? "あり" : h("span", { class: "muted" }, "なし")) },
  ];
  return () => pageOf("通話履歴", [], form(), h("section", { class: "card", "aria-label": "見つかった通話" }, [
    whenLoaded(found, () => [
      table(columns, more.rows, {
        onRow: (call) => go(`/calls/${encodeURIComponent(call.id)}`),
        empty: asked() ? "条件に合う通話は見つかりませんでした。条件を減らしてお試しください。" : "まだ通話の記録はありません。「電話してみる」から最初の通話をお試しください。",
      }),
      more.next ? h("div", { class: "row" }, [button("さらに古い通話を見る", { busy: more.busy, onClick: further })]) : null,
    ]),
  ]));
});
