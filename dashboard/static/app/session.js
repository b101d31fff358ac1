// Who has signed in, and what they may do.

import { api, useSession } from "./api.js";
import { reactive } from "./vue.js";

// state: "loading" | "setup" (no account yet) | "signed_out" | "signed_in"
export const session = reactive({ state: "loading", user: null, permissions: new Set(), company: "", version: "" });

export function may(permission) {
  return session.permissions.has(permission);
}

/** GET /api/session: {state, user: {id, login, name, role, role_name}, permissions, csrf, company, version}. */
export async function loadSession() {
  const told = await api.get("/api/session");
  session.user = told.user ?? null;
  session.permissions = new Set(told.permissions ?? []);
  session.company = told.company ?? "";
  session.version = told.version ?? "";
  useSession(told.csrf ?? "", () => { session.state = "signed_out"; });
  session.state = told.state;
}
