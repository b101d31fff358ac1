// The running calls as they stand, kept up to date by one socket for the whole page.
// `calls` maps a call's id to the latest that is known of it; `listen` hears each event as it happens.

import { socketOf } from "./api.js";
import { reactive } from "./vue.js";

const RETRY_MS = [500, 1000, 2000, 5000];
const KEPT = 400;

export const live = reactive({ connected: false, calls: new Map() });
const listeners = new Set();
let socket = null;
let failures = 0;
let wanted = false;
let retry = null;

export function listen(heard) {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

function take(message) {
  if (message.type === "snapshot") {
    live.calls = new Map(message.calls.map((call) => [call.call_id, call]));
  } else if (message.type === "event") {
    apply(message);
  }
  for (const heard of listeners) heard(message);
}

function apply(event) {
  const call = live.calls.get(event.call_id);
  if (event.kind === "started" && !call) {
    live.calls.set(event.call_id, {
      call_id: event.call_id, line: event.data.line, from_number: event.data.from_number,
      to_number: event.data.to_number, started_at: event.data.started_at ?? new Date().toISOString(),
      state: "connecting", partial: "", events: [event],
    });
    return;
  }
  if (!call) return;
  call.events.push(event);
  if (call.events.length > KEPT) call.events.shift();
  if (event.kind === "state") call.state = event.data.state;
  else if (event.kind === "partial") call.partial = event.data.text;
  else if (event.kind === "heard") call.partial = "";
  else if (event.kind === "ended") live.calls.delete(event.call_id);
}

function open() {
  retry = null;
  socket = socketOf("/api/events");
  socket.onopen = () => { live.connected = true; failures = 0; };
  socket.onmessage = (message) => take(JSON.parse(message.data));
  socket.onclose = () => {
    live.connected = false;
    socket = null;
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
