// 監査ログ: who did what, when and why; and whether anything in it was altered.

import { api, withQuery } from "../api.js";
import { count, fullMoment } from "../format.js";
import { button, card, during, field, link, notice, pageOf, problem, loading, selectField, table, textField, useStyle } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";
import { ACTION_GROUPS, actionName, detailOf } from "./people/words.js";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("people");
    const filter = reactive({ actor: "", action: "", target: "", since: "", until: "" });
    const state = reactive({ lines: [], total: null, next: null, error: "", busy: false, verifying: false, verified: null });
    let turn = 0;

    const query = () => ({
      actor: filter.actor.trim(), action: filter.action, target: filter.target.trim(),
      since: filter.since && `${filter.since}T00:00:00+09:00`, until: filter.until && nextDay(filter.until),
    });
    async function load(before) {
      const mine = ++turn;
      state.busy = true;
      try {
        const page = await api.get(withQuery("/api/audit", { ...query(), before, limit: 50 }));
        if (mine !== turn) return;
        state.lines = before ? [...state.lines, ...page.lines] : page.lines;
        Object.assign(state, { total: page.total, next: page.next_before, error: "" });
      } catch (error) {
        if (mine === turn) state.error = error.message;
      } finally {
        if (mine === turn) state.busy = false;
      }
    }
    onMounted(load);
    const search = (event) => { event.preventDefault(); load(); };
    const clear = () => { Object.assign(filter, { actor: "", action: "", target: "", since: "", until: "" }); load(); };
    const verify = () => during(state, "verifying", async () => {
      state.verified = await api.post("/api/audit/verify");
      await load();
    });

    const dateField = (label, name) => field(label, { id: `d-${name}` }, (attrs) => h("input", {
      type: "date", class: "input", value: filter[name], ...attrs, onInput: (event) => { filter[name] = event.target.value; },
    }));
    const filters = () => h("form", { class: "filters", onSubmit: search }, [
      textField("だれが", filter, "actor", { max: 100, placeholder: "名前の一部" }),
      selectField("操作", filter, "action", { choices: ACTION_GROUPS }),
      textField("対象", filter, "target", { max: 200, placeholder: "ログイン名、通話のIDなど" }),
      dateField("この日から", "since"), dateField("この日まで", "until"),
      h("div", { class: "row tight end" }, [button("しぼり込む", { kind: "primary", type: "submit", busy: state.busy }), button("解除", { onClick: clear })]),
    ]);
    const what = (line) => h("span", { class: "what" }, [h("b", actionName(line.action)), actionName(line.action) === line.action ? null : h("p", { class: "muted small wrap" }, line.action)]);
    const detail = (line) => {
      const told = detailOf(line);
      return told.length ? h("dl", { class: "facts small wrap" }, told.flatMap(([name, text]) => [h("dt", name), h("dd", text)])) : "";
    };
    const lines = () => table([
      { label: "番号", name: "sequence", kind: "number" },
      { label: "日時", cell: (line) => h("time", { datetime: line.at, class: "when" }, fullMoment(line.at)) },
      { label: "だれが", cell: (line) => h("span", { class: "name" }, [line.actor, h("p", { class: "muted small" }, line.role_name), line.address ? h("p", { class: "muted small" }, line.address) : null]) },
      { label: "操作", cell: what },
      { label: "対象", cell: (line) => h("span", { class: "wrap" }, line.target) },
      { label: "理由", cell: (line) => h("span", { class: "wrap" }, line.reason) },
      { label: "詳細", cell: detail },
    ], state.lines, { key: "sequence", empty: "条件に合う記録はありません。条件を変えるか、「解除」を押してください。" });
    const body = () => {
      if (state.error) return problem(state.error, button("もう一度読み込む", { onClick: () => load() }));
      if (state.total === null) return loading();
      return [
        h("p", { class: "muted small", role: "status" }, `${count(state.total)}件`),
        lines(),
        state.next ? h("div", { class: "more" }, button("続きを表示", { busy: state.busy, onClick: () => load(state.next) })) : null,
      ];
    };
    const result = () => {
      if (!state.verified) return null;
      return state.verified.ok ? notice(state.verified.sentence, "good") : problem(state.verified.sentence);
    };

    return () => pageOf("監査ログ", [
      link("CSVで書き出す", withQuery("/api/audit/export", query()), "button", { download: "audit.csv" }),
      button("改ざんを確かめる", { busy: state.verifying, onClick: verify }),
    ],
    h("p", { class: "muted" }, "だれが、いつ、何を、なぜ行ったかの記録です。各行は前の行とつながっており、あとから変えると分かります。"),
    result(), card("", { label: "しぼり込み" }, filters()), card("", { label: "記録" }, body()));
  },
});

function nextDay(date) {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `${next.toISOString().slice(0, 10)}T00:00:00+09:00`;
}
