// The period at a glance: headline figures, how they went, where calls went, and when they came.

import { BarChart, charts, FunnelChart, HeatMap, LineChart, Sparkline } from "../../charts.js";
import { card, empty, link } from "../../ui.js";
import { h } from "../../vue.js";
import { headline } from "./meaning.js";

const HEADLINES = ["offered", "agent_answer_rate", "containment", "true_containment_day", "automation", "escalation_rate", "drop_out", "answer_rate", "response_p50", "response_p95", "person_answer_rate", "service_level"];
const HOURS = Array.from({ length: 24 }, (_, hour) => `${hour}時`);
const WEEKDAYS = ["月", "火", "水", "木", "金", "土", "日"];

export function overview(board, meanings) {
  const figures = Object.fromEntries(board.figures.map((each) => [each.key, each]));
  const { labels, values, texts } = board.series;
  const line = (key, name = meanings[key].name) => ({ name, values: values[key], texts: texts[key] });
  const grain = board.series.by === "hour" ? "時間ごと" : "日ごと";
  const heads = h("div", { class: "headlines" }, HEADLINES.map((key) =>
    headline(meanings[key], figures[key], h(Sparkline, { values: values[key] ?? [] }))));
  if (!board.calls) {
    return [heads, card("", { label: "通話なし" }, empty("この期間に着信した通話はありません。期間か絞り込みを変えるか、電話をかけてみてください。", link("電話してみる", "/phone")))];
  }
  return [
    heads,
    charts(
      card(`着信数（${grain}）`, {}, h(LineChart, { label: `着信数（${grain}）`, labels, series: [line("offered")], unit: "件", whole: true })),
      card(`AI応対の割合（${grain}）`, {}, h(LineChart, { label: `AI応対の割合（${grain}）`, labels, most: 100, unit: "%", series: [line("containment"), line("true_containment_day"), line("escalation_rate"), line("drop_out")] })),
      card("通話のゆくえ", {}, h(FunnelChart, { label: "通話のゆくえ", steps: board.funnel })),
      card(`応答遅延（${grain}）`, {}, h(LineChart, { label: `応答遅延（${grain}）`, labels, unit: "ミリ秒", series: [line("response_p50", "中央値"), line("response_p95", "95%")] })),
      card("時間帯ごとの終わりかた", {}, h(BarChart, {
        label: "時間帯ごとの終わりかた", labels: HOURS, unit: "件",
        series: [{ name: "完結", values: board.ends.contained }, { name: "引き継ぎ・折り返し", values: board.ends.people }, { name: "そのほか", values: board.ends.others }],
      })),
      card("曜日と時間帯ごとの着信", {}, h(HeatMap, { label: "曜日と時間帯ごとの着信", rows: WEEKDAYS, columns: HOURS, values: board.heat })),
    ),
  ];
}
