// A running call's events, read into the same lines that a past call's story has.

const blank = { turn: null, act_name: "", heard_text: null, rejected: false, hearing: [], reasons: null, steps: [], votes: [], spoken: true };

/** Lines in the order in which they began; reading an event twice changes nothing. */
export function linesOf(events) {
  const lines = new Map();
  let began = null;
  const change = (key, changes) => { if (lines.has(key)) lines.set(key, { ...lines.get(key), ...changes }); };
  for (const { kind, at_ms: atMs, data } of events) {
    const agent = `agent-${data.turn}`;
    if (kind === "speech_started") began = atMs;
    else if (kind === "heard") {
      const key = `caller-${data.turn}`;
      lines.set(key, { ...blank, key, who: "caller", turn: data.turn, at_ms: lines.get(key)?.at_ms ?? began ?? atMs,
        text: data.text || data.raw_text || "", rejected: Boolean(data.rejected), hearing: data.hearing ?? [] });
      began = null;
    } else if (kind === "decided") {
      lines.set(agent, { ...blank, key: agent, who: "agent", turn: data.turn, at_ms: atMs, text: data.text ?? "",
        act_name: data.act_name ?? "", reasons: data.reasons ?? null, spoken: false, steps: lines.get(agent)?.steps ?? [] });
    } else if (kind === "speaking") {
      change(agent, { spoken: true });
    } else if (kind === "spoken") {
      change(agent, { spoken: true, heard_text: data.interrupted ? data.heard_text ?? "" : null });
    } else if (kind === "latency") {
      change(agent, { steps: data.steps ?? [] });
    } else if (kind === "operator_said") {
      const key = `operator-${atMs}`;
      lines.set(key, { ...blank, key, who: "operator", at_ms: atMs, text: data.text ?? "", act_name: data.act_name ?? "" });
    } else if (data.sentence) {
      const key = `note-${kind}-${atMs}`;
      lines.set(key, { ...blank, key, who: "note", at_ms: atMs, text: data.sentence });
    }
  }
  return [...lines.values()];
}
