// The one way to the server. Errors are sentences in Japanese, ready to be shown.

export class ApiError extends Error {
  constructor(status, detail, body) {
    super(detail);
    this.status = status;
    this.body = body;
  }
}

let csrf = "";
let onSignedOut = () => {};

export function useSession(token, signedOut) {
  csrf = token;
  onSignedOut = signedOut;
}

const NO_CONNECTION = "サーバーにつながりません。ネットワークと、受付のサービスが動いているかをご確認ください。";

async function answerOf(response) {
  const kind = response.headers.get("content-type") ?? "";
  const body = kind.includes("application/json") ? await response.json() : null;
  if (response.ok) return body;
  if (response.status === 401) onSignedOut();
  throw new ApiError(response.status, body?.detail ?? `処理できませんでした（${response.status}）。`, body);
}

async function ask(method, path, body, options = {}) {
  const headers = { accept: "application/json", ...options.headers };
  if (method !== "GET") headers["x-csrf-token"] = csrf;
  let sent = body;
  if (body !== undefined && !(body instanceof Blob) && !(body instanceof ArrayBuffer)) {
    headers["content-type"] = "application/json";
    sent = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, { method, headers, body: sent, signal: options.signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, NO_CONNECTION, null);
  }
  return options.raw ? rawOf(response) : answerOf(response);
}

async function rawOf(response) {
  if (!response.ok) await answerOf(response);
  return response;
}

export const api = {
  get: (path, options) => ask("GET", path, undefined, options),
  post: (path, body = {}, options) => ask("POST", path, body, options),
  put: (path, body = {}, options) => ask("PUT", path, body, options),
  patch: (path, body = {}, options) => ask("PATCH", path, body, options),
  remove: (path, body, options) => ask("DELETE", path, body, options),
  /** The response itself, for sound and files. */
  raw: (method, path, body, options) => ask(method, path, body, { ...options, raw: true }),
};

/** A path with its query: empty values are left out. */
export function withQuery(path, values) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** A socket of this server; `path` begins with a slash. */
export function socketOf(path) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(`${scheme}//${location.host}${path}`);
}
