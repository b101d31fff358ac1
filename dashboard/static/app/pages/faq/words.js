// How states, audiences and acts of the FAQ are called on the pages.

import { chip } from "../../ui.js";

export const AUDIENCES = [["both", "お客様と担当者"], ["caller", "お客様だけ"], ["operator", "担当者だけ"]];
export const AUDIENCE_NAMES = Object.fromEntries(AUDIENCES);
export const MODES = [["verbatim", "書いたとおりに話す"], ["composed", "要点をまとめて話す"]];
export const STATES = {
  published: ["公開中", "good"], changed: ["変更中", "waiting"], new: ["新規（未公開）", "ai"], deleted: ["削除予定", "bad"],
};
export const VALIDITY = { now: null, upcoming: ["開始前", "waiting"], expired: ["期限切れ", "bad"], off: ["使わない", "bad"] };
export const KINDS = { added: ["追加", "good"], removed: ["削除", "bad"], changed: ["変更", "waiting"] };
export const ACTS = {
  answer: "答えます", clarify: "どちらのことか、たずねます", reask: "聞き直します", hand_over: "担当者へつなぎます", close: "終わりのあいさつをします",
  acknowledge: "相づちを打ちます", repeat: "もう一度話します", no_input: "もう一度うながします", wait: "待ちます", collect: "必要なことをうかがいます",
  run_tool: "手続きを始めます", greet: "あいさつします",
};

export const stateChips = (row) => [
  chip(...STATES[row.state]),
  VALIDITY[row.validity] && chip(...VALIDITY[row.validity]),
  row.audience === "operator" && chip("担当者のみ"),
  row.escalate && chip("担当者へつなぐ"),
].filter(Boolean);
