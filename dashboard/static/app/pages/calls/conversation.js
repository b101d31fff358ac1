// The conversation: what was said, by whom, with what each answer rests on.

import { clock } from "../../format.js";
import { button, chip } from "../../ui.js";
import { h } from "../../vue.js";
import { hearingOf, reasonsOf } from "./reasons.js";
import { waterfall } from "./waterfall.js";

const NAMES = { caller: "お客様", agent: "AI", operator: "担当者", note: "" };
const VERDICTS = { right: "正しい", wrong: "誤り", set_aside: "対象外" };

const place = (line, onJump) => (onJump
  ? h("button", { type: "button", class: "time link-like", "aria-label": `${clock(line.at_ms / 1000)}から再生`, onClick: () => onJump(line.at_ms) }, clock(line.at_ms / 1000))
  : h("span", { class: "time muted" }, clock(line.at_ms / 1000)));

function votesOf(line, onVote) {
  // A greeting or a farewell rests on nothing that could be right or wrong.
  const votable = line.who === "agent" && line.turn !== null && line.reasons?.considered.length > 0;
  if (!line.votes.length && !(votable && onVote)) return null;
  const mine = (verdict) => line.votes.filter((vote) => vote.verdict === verdict);
  return h("div", { class: "votes" }, [
    ...line.votes.map((vote) => h("span", { class: "small muted", key: vote.at }, `${VERDICTS[vote.verdict]}（${vote.voter}さん${vote.note ? `：${vote.note}` : ""}）`)),
    votable && onVote ? ["right", "wrong"].map((verdict) => button(`この回答は${VERDICTS[verdict]}`, {
      kind: "quiet small-button", "aria-pressed": mine(verdict).length ? "true" : "false", onClick: () => onVote(line, verdict),
    })) : null,
  ]);
}

/** options: {onJump(ms), onVote(line, verdict), now: key of the line being played, partial and operatorPartial, unfolded}. */
export function conversation(lines, { onJump, onVote, now, partial, operatorPartial, unfolded = false } = {}) {
  return h("ol", { class: "lines" }, [
    ...lines.map((line) => h("li", { key: line.key, id: `line-${line.key}`, class: ["line", line.who, now === line.key ? "now" : "", line.rejected ? "rejected" : ""], "aria-current": now === line.key ? "true" : undefined }, [
      place(line, onJump),
      line.who === "note" ? h("p", { class: "said" }, line.text) : h("div", { class: "speech" }, [
        h("p", { class: "said" }, [
          h("span", { class: "speaker" }, NAMES[line.who]), line.text || h("span", { class: "muted" }, "（言葉なし）"),
          line.act_name ? chip(line.act_name) : null, line.rejected ? chip("お話ではないと判断", "waiting") : null,
          line.spoken === false ? chip("これからお伝えします", "ai") : null,
        ]),
        line.heard_text !== null ? h("p", { class: "small muted" }, line.heard_text ? `さえぎられました。届いたところまで：${line.heard_text}` : "さえぎられ、届きませんでした。") : null,
        hearingOf(line.hearing), reasonsOf(line.reasons, { open: unfolded }), waterfall(line.steps), votesOf(line, onVote),
      ]),
    ])),
    ...[["caller", partial], ["operator", operatorPartial]].map(([who, words]) => (words ? h("li", { key: `partial-${who}`, class: `line ${who} partial` }, [
      h("span", { class: "time" }), h("div", { class: "speech" }, [h("p", { class: "said" }, [h("span", { class: "speaker" }, NAMES[who]), `${words}…`])]),
    ]) : null)),
  ]);
}
