// What one test showed: counts, then each question with the answer before and after.

import { count, fullMoment, percent } from "../../format.js";
import { button, chip, div, empty, link, para, problem, span, table } from "../../ui.js";
import { defineComponent, h, reactive } from "../../vue.js";
import { ACTS, CHANGES, KINDS, VOICES, outcomeChip, stateChip } from "./words.js";

const FILTERS = [["all", "すべて"], ["failed", "失敗"], ["changed", "変わったもの"]];
const isFailed = (row) => row.after.outcome !== "right";

const figure = (name, value) => div("figure", div("value", value), div("name", name));
const titleOf = (run, id) => run.titles[id] ?? id;

/** What a mind told, in two lines. */
function told(run, side, published = false) {
  const title = (id) => (published && run.published_titles[id]) || titleOf(run, id);
  const names = side.entry_ids.map(title);
  const offered = side.offered.map(title);
  const head = names.length ? names.join("、") : offered.length ? `聞き返し：${offered.join("、")}` : ACTS[side.act] ?? "回答なし";
  return div("trial-told", h("strong", head), h("span", { class: "muted small trial-said", title: side.text }, side.text));
}

const flipChip = (row) => (row.flip ? chip(row.flip === "regression" ? "悪くなった" : "よくなった", row.flip === "regression" ? "bad" : "good") : null);

const golden = (run) => [
  { label: "質問", cell: (row) => div("stack tight", h("span", row.text), row.heard !== undefined && span("muted small", `聞き取り（${VOICES[row.voice]}）：${row.heard || "聞き取れませんでした"}`)) },
  { label: "回答すべき項目", cell: (row) => (row.expected ? link(titleOf(run, row.expected), `/faq/${row.expected}`) : span("muted", "回答しない")) },
  { label: "公開中", cell: (row) => div("stack tight", outcomeChip(row, "before"), told(run, row.before, true)) },
  { label: "下書き", cell: (row) => div("stack tight", div("row", outcomeChip(row, "after"), flipChip(row)), told(run, row.after)) },
  { label: "確からしさ", kind: "number", cell: (row) => percent(row.after.score, 0) },
];

const impact = (run) => [
  { label: "お客様の質問", cell: (row) => div("stack tight", h("span", row.text), div("row", span("muted small", `${count(row.count)}回`), ...row.calls.map((each, at) => link(`通話${at + 1}`, `/calls/${each.call_id}`, "link small")))) },
  { label: "変わり方", cell: (row) => chip(...CHANGES[row.change]) },
  { label: "公開中の回答", cell: (row) => told(run, row.before, true) },
  { label: "下書きの回答", cell: (row) => told(run, row.after) },
];

function figures(run) {
  const { summary } = run;
  if (run.kind === "impact") {
    return [
      figure("調べた質問（種類）", count(summary.questions)), figure("たずねられた回数", count(summary.asked)),
      figure("回答が変わる質問", count(summary.changed)), figure("変わる回数", count(summary.changed_asked)),
      figure("答えなくなる質問", count(summary.regressions)), figure("かかった時間", `${summary.took_s}秒`),
    ];
  }
  return [
    figure("合格", `${count(summary.passed)}／${count(summary.questions)}`), figure("公開中の合格", count(summary.passed_before)),
    figure("悪くなった", count(summary.regressions)), figure("よくなった", count(summary.improvements)),
    ...Object.entries(summary.by_voice ?? {}).map(([voice, each]) => figure(`${VOICES[voice]}の合格`, `${count(each.passed)}／${count(each.questions)}`)),
  ];
}

export const Results = defineComponent({
  props: { run: Object },
  emits: ["resume"],
  setup(props, { emit }) {
    const wanted = reactive({ filter: "all" });
    const rowsOf = (filter) => props.run.rows.filter((row) => (filter === "failed" ? isFailed(row) : filter === "changed" ? row.flip : true));
    const filters = () => h("div", { class: "row", role: "group", "aria-label": "結果を絞り込む" }, FILTERS.map(([value, said]) => button(`${said} ${rowsOf(value).length}`, {
      kind: wanted.filter === value ? "primary" : "plain", "aria-pressed": String(wanted.filter === value), onClick: () => { wanted.filter = value; },
    })));
    const conditions = () => {
      const { settings } = props.run;
      if (props.run.kind === "spoken") return `声：${settings.voices.map((name) => VOICES[name]).join("、")}、まわりの音：${settings.snr_db === null ? "雑音なし" : `${settings.snr_db} dB`}`;
      return props.run.kind === "impact" ? `過去${settings.days}日間` : "";
    };
    return () => {
      const { run } = props;
      const isImpact = run.kind === "impact";
      const rows = isImpact ? run.rows : rowsOf(wanted.filter);
      return div("stack",
        div("row", h("h3", KINDS[run.kind]), stateChip(run), !run.is_current && chip("いまの下書きとは別の内容のテスト", "waiting"),
          span("muted small", [fullMoment(run.started_at), run.author, `第${run.base_version}版と比較`, conditions()].filter(Boolean).join("　"))),
        run.problem && problem(run.problem),
        (run.state === "interrupted" || run.state === "cancelled") && run.is_current && para("row", `${run.done}件で止まっています。`, button("続きから実行する", { onClick: () => emit("resume", run.id) })),
        run.rows.length || run.state === "finished" ? div("figures-row", ...figures(run)) : null,
        !isImpact && run.rows.length ? filters() : null,
        isImpact && !run.rows.length && run.state === "finished"
          ? empty(run.summary.questions ? "回答が変わる質問はありません。" : "この期間には、お客様の質問の記録がありません。期間を長くしてお試しください。")
          : table(isImpact ? impact(run) : golden(run), rows.map((row) => ({ ...row, key: `${row.id}-${row.voice ?? ""}` })), {
            key: "key", empty: "この条件に合う質問はありません。", rowKind: (row) => (row.flip ? `trial-${row.flip}` : ""),
          }));
    };
  },
});
