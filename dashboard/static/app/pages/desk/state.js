// The desk as it stands: who is there, who waits, the call in hand. One socket keeps it; what is done goes by requests.

import { api, socketOf, withQuery } from "../../api.js";
import { listen } from "../../live.js";
import { session } from "../../session.js";
import { toast } from "../../ui.js";
import { reactive, watch } from "../../vue.js";

const HERE_MS = 5000;
const RETRY_MS = [500, 1000, 2000, 5000];
const path = (callId, tail) => `/api/desk/calls/${encodeURIComponent(callId)}/${tail}`;

/**
 * The desk of whoever is signed in, for as long as this window is open: an operator who looks something up on another
 * page is still at the desk, and still has their call. To be called once, outside any component.
 */
export function openDesk() {
  const desk = reactive({
    connected: false, known: false, now: Date.now(), busy: "",
    me: null, presence: [], queue: [], callbacks: [], alarms: [], unwritten: [],
    handling: null, // {id, call_id, started_at, talk_ended_at}
    pop: null, events: [], partial: "", ownPartial: "", suggestions: null, whispers: [], onHold: false,
  });
  let socket = null;
  let failures = 0;
  let retry = null;

  const talking = () => Boolean(desk.handling && !desk.handling.talk_ended_at);

  async function doing(name, work, said) {
    desk.busy = name;
    try {
      const result = await work();
      if (said) toast(said);
      return result ?? true;
    } catch (error) {
      toast(error.message, "bad");
      return null;
    } finally {
      desk.busy = "";
    }
  }

  async function openCall(handling, pop) {
    Object.assign(desk, { handling, pop: pop ?? null, events: [], partial: "", ownPartial: "", suggestions: null, whispers: [], onHold: false });
    if (!handling) return;
    const callId = handling.call_id;
    const mine = () => desk.handling?.call_id === callId;
    const events = api.get(`/api/floor/calls/${encodeURIComponent(callId)}`).catch(() => ({ events: [] }));
    if (!pop) desk.pop = await api.get(path(callId, "pop")).catch(() => null);
    const { events: before } = await events;
    if (!mine()) return;
    // What came while we asked stands at the end already; what both have is the same event twice.
    const seen = new Set(before.map(keyOf));
    desk.events = [...before.map((event) => Object.freeze(event)), ...desk.events.filter((event) => !seen.has(keyOf(event)))];
    desk.onHold = heldNow(desk.events);
    if (talking()) await suggest();
  }

  /** The work after a call has ended with the state that was chosen: what is not written yet can be written later. */
  async function leaveForm() {
    if (!desk.handling?.talk_ended_at) return;
    const { unwritten } = await api.get("/api/desk");
    desk.unwritten = unwritten;
    await openCall(null);
  }

  async function suggest(query = "", atLeast = undefined) {
    if (!desk.handling) return;
    const callId = desk.handling.call_id;
    try {
      const found = await api.get(withQuery(path(callId, "suggestions"), { q: query, at_least: atLeast }));
      if (desk.handling?.call_id === callId) desk.suggestions = { ...found, query };
    } catch {
      desk.suggestions = null; // the call is over: there is nothing to suggest
    }
  }

  function take(message) {
    if (message.type === "snapshot") {
      Object.assign(desk, { known: true, queue: message.queue, presence: message.presence, callbacks: message.callbacks, me: message.me, unwritten: message.unwritten });
      const late = desk.handling && message.unwritten.some((one) => one.id === desk.handling.id);
      const same = desk.handling?.id === message.handling?.id;
      if (!same && !(late && !message.handling)) openCall(message.handling);
      else if (message.handling) desk.handling = message.handling;
    } else if (message.type === "queue") desk.queue = message.queue;
    else if (message.type === "presence") {
      desk.presence = message.presence;
      desk.me = message.presence.find((one) => one.user_id === session.user?.id) ?? desk.me;
      if (!message.presence.some((one) => one.user_id === session.user?.id)) desk.me = null;
    } else if (message.type === "callbacks") desk.callbacks = message.callbacks;
    else if (message.type === "suggestions") {
      if (message.call_id === desk.handling?.call_id) desk.suggestions = { ...desk.suggestions, ...message, query: "" };
    } else if (message.type === "talk_over") {
      if (message.handling_id === desk.handling?.id) desk.handling = { ...desk.handling, talk_ended_at: new Date().toISOString() };
    } else if (message.type === "whisper") desk.whispers.push({ from: message.from, text: message.text, at: Date.now() });
    else if (message.type === "alarm") desk.alarms = [message, ...desk.alarms.filter((one) => one.report.id !== message.report.id)];
    else if (message.type === "alarm_seen") desk.alarms = desk.alarms.filter((one) => one.report.id !== message.id);
  }

  function open() {
    retry = null;
    socket = socketOf("/api/desk/events?at_desk=true");
    socket.onopen = () => { failures = 0; desk.connected = true; };
    socket.onmessage = ({ data }) => take(JSON.parse(data));
    socket.onclose = () => {
      desk.connected = false;
      socket = null;
      if (session.state === "signed_in") retry = setTimeout(open, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    };
  }

  listen((event) => {
    if (event.type !== "event" || event.call_id !== desk.handling?.call_id) return;
    if (event.kind === "partial") desk.partial = event.data.text;
    else if (event.kind === "heard" || event.kind === "not_words") desk.partial = "";
    if (event.kind === "operator" && event.data.what === "hold") desk.onHold = true;
    if (event.kind === "operator" && event.data.what === "resumed") desk.onHold = false;
    if (event.kind === "operator_partial") desk.ownPartial = event.data.text;
    else if (event.kind === "operator_said") desk.ownPartial = "";
    if (event.kind !== "partial" && event.kind !== "operator_partial") desk.events.push(Object.freeze(event));
  });

  watch(() => session.state, (state) => {
    if (state === "signed_in" && !socket && !retry) open();
    if (state !== "signed_in") { clearTimeout(retry); retry = null; socket?.close(); openCall(null); }
  }, { immediate: true });
  setInterval(() => { desk.now = Date.now(); }, 1000);
  setInterval(() => { if (socket?.readyState === WebSocket.OPEN) socket.send("here"); }, HERE_MS);

  return {
    desk, talking, suggest,
    choose: (state) => doing("presence", async () => { desk.me = await api.put("/api/desk/presence", { state }); await leaveForm(); }),
    accept: (entry) => doing("accept", async () => {
      const begun = await api.post(`/api/desk/queue/${encodeURIComponent(entry.id)}/accept`);
      await openCall({ id: begun.handling_id, call_id: begun.call_id, started_at: new Date().toISOString(), talk_ended_at: null }, begun.pop);
    }),
    takeOver: (callId) => doing("accept", async () => {
      const begun = await api.post(path(callId, "take-over"));
      await openCall({ id: begun.handling_id, call_id: callId, started_at: new Date().toISOString(), talk_ended_at: null }, begun.pop);
    }),
    hint: (callId, text) => doing("hint", () => api.post(path(callId, "whisper"), { text })),
    say: (text) => doing("say", () => api.post(path(desk.handling.call_id, "say"), { text })),
    hold: () => doing("hold", async () => { await api.post(path(desk.handling.call_id, desk.onHold ? "resume" : "hold")); desk.onHold = !desk.onHold; }),
    handBack: (task) => doing("handBack", () => api.post(path(desk.handling.call_id, "hand-back"), { task })),
    end: () => doing("end", () => api.post(path(desk.handling.call_id, "end"))),
    warn: () => doing("warn", () => api.post(path(desk.handling.call_id, "harassment"), {})),
    endHarassed: () => doing("warn", () => api.post(path(desk.handling.call_id, "harassment/end"))),
    unmask: (reason) => doing("unmask", async () => {
      await api.post("/api/unmask", { call_id: desk.handling.call_id, reason });
      desk.pop = await api.get(path(desk.handling.call_id, "pop"));
    }),
    vote: (suggestion, verdict) => doing("vote", () => api.post(path(desk.handling.call_id, "votes"), {
      turn: desk.suggestions?.turn ?? 0, entry_id: suggestion.entry_id, verdict, score: suggestion.score,
    }), "評価を記録しました。"),
    finished: async () => { desk.unwritten = desk.unwritten.filter((one) => one.id !== desk.handling?.id); await openCall(null); },
    writeUp: (handling) => openCall(handling),
  };
}

const keyOf = (event) => `${event.at_ms}-${event.kind}-${event.data?.turn ?? ""}`;
const heldNow = (events) => {
  const deeds = events.filter((event) => event.kind === "operator").map((event) => event.data.what);
  return deeds.lastIndexOf("hold") > deeds.lastIndexOf("resumed");
};
