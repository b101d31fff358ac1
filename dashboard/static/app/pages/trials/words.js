// How tests and their outcomes are called.

import { chip } from "../../ui.js";

export const KINDS = { typed: "文字のテスト", spoken: "音声のテスト", impact: "実際の質問への影響" };
export const ABOUT = {
  typed: "テストの質問を文字のまま、公開中の内容と下書きの両方にたずねます。数秒で終わります。",
  spoken: "テストの質問を合成音声で話し、電話の音質と雑音を通して聞き取らせてから、たずねます。数分かかります。",
  impact: "お客様が実際にたずねた質問を、公開中の内容と下書きの両方にたずね、回答が変わるものだけを並べます。",
};
export const STATES = {
  running: ["実行中", "ai"], finished: ["終了", ""], cancelled: ["中止", "waiting"], interrupted: ["中断", "waiting"], failed: ["失敗", "bad"],
};
export const OUTCOMES = {
  right: ["合格", "good"], asked_back: ["聞き返し", "waiting"], missed: ["回答なし", "bad"], wrong: ["別の回答", "bad"],
};
export const CHANGES = {
  other_entry: ["別の項目に変わる", "waiting"], other_words: ["回答の文面が変わる", ""], now_answered: ["答えるようになる", "good"],
  no_longer_answered: ["答えなくなる", "bad"], other_reply: ["聞き返し方が変わる", ""],
};
export const VOICES = { openjtalk: "Open JTalk", kokoro: "Kokoro" };
export const ACTS = {
  answer: "回答", clarify: "聞き返し", reask: "言い直しのお願い", hand_over: "担当者へ引き継ぎ", close: "終話", acknowledge: "受け答え",
  repeat: "もう一度", wait: "お待ちします", collect: "聞き取り", run_tool: "手続き", no_input: "無音", greet: "あいさつ",
};

export const stateChip = (run) => chip(...STATES[run.state]);
export const outcomeChip = (row, side) => {
  const [said, kind] = OUTCOMES[row[side].outcome];
  return chip(!row.expected && row[side].outcome === "right" ? "合格（回答しない）" : said, kind);
};

/** In words what came of a finished run. */
export function inShort(run) {
  const summary = run.summary;
  if (run.state === "failed") return chip("失敗", "bad");
  if (run.kind === "impact") {
    return chip(summary.changed ? `${summary.changed}件の質問で回答が変わります` : "回答が変わる質問はありません", summary.regressions ? "bad" : summary.changed ? "waiting" : "good");
  }
  const worse = summary.regressions ? `、悪化 ${summary.regressions}件` : "";
  return chip(`合格 ${summary.passed ?? 0}／${summary.questions ?? 0}件${worse}`, summary.regressions ? "bad" : summary.passed === summary.questions ? "good" : "waiting");
}
