// The running calls as they stand, kept up to date by one socket for the whole page.
// `calls` maps a call's id to the latest that is known of it; `listen` hears each event as it happens.

import { socketOf } from "./api.js";
import { loadSession } from "./session.js";
import { reactive } from "./vue.js";

const SESSION_OVER = 4401;
const RETRY_MS = [500, 1000, 2000, 5000];
const KEPT = 60;

export const live = reactive({ connected: false, calls: new Map() });
const listeners = new Set();
let socket = null;
let failures = 0;
let wanted = false;
let retry = null;

/** `heard` gets `{type: "event", call_id, at_ms, kind, data}` for each event, and `{type: "snapshot", calls}`. */
export function listen(heard) {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

function tell(message) {
  for (const heard of listeners) heard(message);
}

function take(message) {
  if (message.type === "snapshot") {
    live.calls = new Map(message.calls.map((call) => [call.call_id, { ...call, events: call.events.map(Object.freeze) }]));
    tell(message);
    return;
  }
  for (const event of message.events) apply(Object.freeze(event), message.facts ?? {});
  for (const [id, facts] of Object.entries(message.facts ?? {})) {
    const call = live.calls.get(id);
    if (call) Object.assign(call, facts);
  }
  for (const event of message.events) tell({ type: "event", ...event });
}

function apply(event, facts) {
  if (event.kind === "ended") {
    live.calls.delete(event.call_id);
    return;
  }
  if (!live.calls.has(event.call_id)) {
    if (!facts[event.call_id]) return;
    live.calls.set(event.call_id, { ...facts[event.call_id], partial: "", events: [] });
  }
  const call = live.calls.get(event.call_id);
  if (event.kind === "partial") call.partial = event.data.text;
  if (event.kind === "partial" || event.kind === "operator_partial") return;
  call.events.push(event);
  if (call.events.length > KEPT) call.events.shift();
  if (event.kind === "heard" || event.kind === "not_words") call.partial = "";
}

function open() {
  retry = null;
  socket = socketOf("/api/events");
  socket.onopen = () => { live.connected = true; failures = 0; };
  socket.onmessage = (message) => take(JSON.parse(message.data));
  socket.onclose = ({ code }) => {
    live.connected = false;
    socket = null;
    // The session has ended, or it may something else now: ask who is there before anything is shown.
    if (code === SESSION_OVER) loadSession().catch(() => {});
    if (wanted) retry = setTimeout(open, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  };
}

export function connect() {
  wanted = true;
  if (!socket && !retry) open();
}

export function disconnect() {
  wanted = false;
  clearTimeout(retry);
  retry = null;
  socket?.close();
}
