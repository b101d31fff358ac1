// Where the person is, as something pages can react to.

import { reactive } from "./vue.js";

export const place = reactive({ path: location.pathname, query: Object.fromEntries(new URLSearchParams(location.search)) });
let leaving = null;

function arrive() {
  place.path = location.pathname;
  place.query = Object.fromEntries(new URLSearchParams(location.search));
}

/** Ask `question` before leaving while it gives a sentence (unsaved changes); null takes the guard away. */
export function guardLeaving(question) {
  leaving = question;
}

function mayLeave() {
  const sentence = leaving?.();
  if (sentence && !window.confirm(sentence)) return false;
  leaving = null;
  return true;
}

export function go(path, { replace = false } = {}) {
  if (!mayLeave()) return;
  history[replace ? "replaceState" : "pushState"](null, "", path);
  arrive();
  window.scrollTo(0, 0);
}

window.addEventListener("popstate", arrive);
window.addEventListener("beforeunload", (event) => {
  if (leaving?.()) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || link.target || link.hasAttribute("download") || to.pathname.startsWith("/api/")) return;
  event.preventDefault();
  go(to.pathname + to.search);
});
