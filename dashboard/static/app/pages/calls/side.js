// What stands beside a past conversation: facts, summary, what people did, and the replay.

import { clock, moment, ms } from "../../format.js";
import { button, card, chip, notice, para } from "../../ui.js";
import { h } from "../../vue.js";

const versions = (list) => (list.length ? list.map((version) => `第${version}版`).join("、") : "―");
const facts = (list) => h("dl", { class: "facts" }, list.flatMap(([name, value]) => [h("dt", name), h("dd", value)]));

export const factsOf = ({ call, ...story }) => card("通話の概要", {}, facts([
  ["通話時間", clock(call.duration_s)], ["終わり方", call.ended_by_name], ["やりとり", `${call.turn_count}回`],
  ["応答まで", `中央値 ${ms(call.latency_p50_ms)}・最長 ${ms(call.latency_max_ms)}`], ["回線", call.line_name], ["着信番号", call.called_number || "―"],
  ["回答したFAQの版", versions(story.faq_versions)], ["引き継ぎルールの版", versions(story.rules_versions)],
  ["はたらいたルール", story.rules.join("、") || "ありません"], ["言語モデル", story.models.join("、") || "使っていません"],
  ["音声認識", story.recogniser || "―"], ["声", story.voice || "―"], ["通話ID", h("span", { class: "break" }, call.id)],
]));

export const summaryCard = ({ summary }) => (summary.length ? card("要約", { actions: [chip("AIの下書き", "waiting")] }, facts(summary.map(({ name, value }) => [name, value]))) : null);

const yes = { true: "解決", false: "未解決" };
const entry = (...children) => h("div", { class: "people-entry" }, children);

export function peopleCards(story) {
  return [
    story.escalations.length ? card("担当者への引き継ぎ", {}, ...story.escalations.map((each) => entry(
      h("p", [`${moment(each.at)}　${each.reason}　`, chip(each.outcome)]), each.note ? h("p", { class: "memo small" }, each.note) : null))) : null,
    story.waits.length ? card("お待ちの記録", {}, ...story.waits.map((each) => entry(
      h("p", `${moment(each.entered_at)}から${clock(each.waited_s)}　${each.end}`), each.note ? h("p", { class: "memo small" }, each.note) : null))) : null,
    story.handlings.length ? card("担当者がしたこと", {}, ...story.handlings.map((each) => entry(
      h("p", [h("b", `${each.who}さん`), `　${moment(each.started_at)}`]),
      facts([["お話", clock(each.talk_s)], ["保留", clock(each.hold_s)], ["後処理", clock(each.after_call_s)], ["処理結果", each.disposition || "―"], ["解決", yes[each.resolved] ?? "―"]]),
      each.summary ? h("p", { class: "memo small" }, [each.summary, each.summary_by_ai ? chip("AIの下書きのまま", "waiting") : null]) : null,
      each.note ? h("p", { class: "memo small" }, each.note) : null))) : null,
    story.callbacks.length ? card("折り返しの約束", {}, ...story.callbacks.map((each) => entry(
      h("p", `${moment(each.due_at)}まで　${each.state}${each.done_at ? `（${moment(each.done_at)}）` : ""}`), each.note ? h("p", { class: "memo small" }, each.note) : null))) : null,
    story.reports.length ? card("迷惑行為の報告", {}, ...story.reports.map((each) => entry(
      h("p", `${moment(each.at)}　${each.stage}（${each.reporter}さん）`), each.note ? h("p", { class: "memo small" }, each.note) : null))) : null,
  ];
}

function replayed(report) {
  if (!report.decisions.length) return notice("この通話には、やり直せる判断の記録がありません。");
  const fine = report.same === report.decisions.length;
  return [
    notice(fine ? `${report.same}件の判断すべてが、同じ結果になりました。` : `${report.decisions.length}件のうち、同じ ${report.same}件・異なる ${report.different}件・やり直せない ${report.impossible}件でした。`, fine ? "good" : ""),
    ...report.decisions.filter((each) => !each.same).map((each) => h("div", { key: each.turn, class: "small people-entry" }, [
      h("p", `${each.turn}番目の応答`), each.problem ? h("p", each.problem) : h("ul", each.differences.map((one) => h("li", one))),
    ])),
  ];
}

export const replayCard = (report, busy, replay) => card("判断のやり直し", {
  actions: [button(report ? "もう一度やり直す" : "やり直して確かめる", { busy, onClick: replay })],
}, report ? replayed(report) : para("small muted", "記録した根拠から、その時のFAQとルールでもう一度判断し、同じお答えになるかを確かめます。公開中の内容や通話には影響しません。"));
