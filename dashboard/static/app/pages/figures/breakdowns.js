// Figures by FAQ entry, category, number called, and what escalations and hang-ups were for.

import { button, card, link, span, table } from "../../ui.js";
import { h } from "../../vue.js";
import { explained } from "./meaning.js";

const NAMES = { entry: "FAQごと", category: "FAQの分類ごと", called: "着信番号ごと" };
const FIRST = { entry: "FAQ", category: "分類", called: "着信番号" };
const NOTE = "FAQは、回答に使ったものごとに数えます。1回の通話で二つのFAQに答えたときは、両方の行に入ります。";
const share = (row) => (row.of ? `${((100 * row.calls) / row.of).toFixed(1)}%` : "―");

function figureTable(by, rows, meanings) {
  const keys = rows.length ? Object.keys(rows[0].figures) : [];
  const first = (row) => (by === "entry" && row.group ? link(row.name, `/faq/${encodeURIComponent(row.group)}`) : row.name);
  return table([
    { name: "name", label: FIRST[by], kind: "grow", cell: first },
    ...keys.map((key) => ({
      name: key, label: meanings[key].name, kind: "number",
      cell: (row) => explained(meanings[key], row.figures[key], `${by}-${row.group}`, span("", row.figures[key].text)),
    })),
  ], rows, { key: "group", caption: `${NAMES[by]}の数字` });
}

const countTable = (caption, first, rows, none) => table([
  { name: "name", label: first },
  { name: "calls", label: "通話", kind: "number", cell: (row) => `${row.calls.toLocaleString("ja-JP")}件` },
  { name: "share", label: "対話した通話に対する割合", kind: "number", cell: (row) => h("span", { title: `分子 ${row.calls}件 ÷ 分母 ${row.of}件` }, share(row)) },
], rows, { key: "key", caption, empty: none });

const SHOWN = 20;

export function breakdowns(board, meanings, open) {
  return [
    h("div", { class: "charts" }, [
      card("引き継ぎの理由", {}, countTable("エスカレーション率の内訳", "理由", board.reasons, "この期間に、引き継ぎを求めた通話はありません。")),
      card("途中離脱の場面", {}, countTable("途中離脱率の内訳", "離脱の直前のAIの発話", board.prompts, "この期間に、途中で離脱した通話はありません。")),
    ]),
    ...["entry", "category", "called"].map((by) => card(NAMES[by], {}, by === "entry" ? h("p", { class: "muted small" }, NOTE) : null, 
      figureTable(by, open[by] ? board.tables[by] : board.tables[by].slice(0, SHOWN), meanings),
      board.tables[by].length > SHOWN ? button(open[by] ? "着信の多い20件だけを表示" : `すべて表示（${board.tables[by].length}件）`, { kind: "quiet", onClick: () => { open[by] = !open[by]; } }) : null)),
  ];
}
