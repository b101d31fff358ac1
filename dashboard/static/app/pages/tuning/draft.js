// Work in progress on one document: kept on the server as it is changed, checked, and compared with what is published.

import { ApiError, api } from "../../api.js";
import { may } from "../../session.js";
import { toast } from "../../ui.js";
import { onBeforeUnmount, onMounted, reactive, toRaw, watch } from "../../vue.js";
import { guardLeaving } from "../../router.js";

const PAUSE_MS = 600;
const copy = (value) => JSON.parse(JSON.stringify(value ?? {}));

/**
 * `kind`: company, wording, vocabulary, dictionary, rules. `shape(content)` fills in what a page relies on.
 * The draft: {content, version, changes, problems, warnings, state, newest, error, ...} and its verbs.
 */
export function useDraft(kind, shape = (content) => content) {
  const path = `/api/documents/${kind}`;
  const draft = reactive({
    kind, title: "", version: 0, publishedAt: null, author: "", content: null, revision: 0, changedBy: "", changedAt: null,
    base: 0, changes: [], problems: [], warnings: [], state: "loading", newest: null, error: "", editable: may("tuning.edit"),
  });
  let published = "";
  let kept = "";
  let timer = null;
  let saving = null;
  let turn = 0;
  const text = () => JSON.stringify(toRaw(draft.content));

  function take(told) {
    const from = told.draft?.content ?? told.content;
    published = JSON.stringify(shape(copy(told.content)));
    Object.assign(draft, {
      title: told.title, version: told.version, publishedAt: told.published_at, author: told.author, error: "", newest: null,
      revision: told.draft?.revision ?? 0, base: told.draft?.base_version ?? told.version,
      changedBy: told.draft?.changed_by ?? "", changedAt: told.draft?.changed_at ?? null,
      content: shape(copy(from)), state: told.draft ? "draft" : "published",
    });
    kept = text();
  }

  async function load() {
    clearTimeout(timer);
    try {
      take(await api.get(path));
      await check();
    } catch (error) {
      draft.error = error.message;
    }
  }

  async function check() {
    const mine = ++turn;
    try {
      const told = await api.post(`${path}/check`, { content: draft.content });
      if (mine === turn) Object.assign(draft, told, { error: "" });
    } catch (error) {
      if (mine === turn) draft.error = error.message;
    }
  }

  async function save(revision = draft.revision) {
    clearTimeout(timer);
    timer = null;
    if (saving) await saving;
    if (!draft.editable || draft.newest || text() === kept) return;
    const sent = text();
    draft.state = "saving";
    saving = (async () => {
      try {
        const told = await api.put(`${path}/draft`, { content: JSON.parse(sent), revision, base_version: draft.base });
        Object.assign(draft, { revision: told.revision, changedBy: told.changed_by, changedAt: told.changed_at, state: "draft", error: "" });
        kept = sent;
      } catch (error) {
        draft.state = "unsaved";
        if (error instanceof ApiError && error.status === 409) draft.newest = error.body?.newest ?? { revision: 0, content: null };
        draft.error = error.message;
      }
    })();
    await saving;
    saving = null;
  }

  /** Somebody else saved first: over theirs with mine. */
  async function keepMine() {
    draft.revision = draft.newest?.revision ?? 0;
    draft.newest = null;
    draft.error = "";
    kept = "";
    await save();
  }

  async function discard() {
    clearTimeout(timer);
    if (draft.revision) await api.remove(`${path}/draft?revision=${draft.revision}`);
    await load();
    toast("下書きを捨てました。");
  }

  watch(() => draft.content, () => {
    if (draft.content === null || text() === kept) return;
    if (text() === published && !draft.revision) return;
    draft.state = "unsaved";
    clearTimeout(timer);
    timer = setTimeout(async () => { await save(); await check(); }, PAUSE_MS);
  }, { deep: true });
  onMounted(() => {
    load();
    guardLeaving(() => (timer || draft.state === "unsaved" ? "保存していない変更があります。この画面を離れますか。" : null));
  });
  onBeforeUnmount(() => clearTimeout(timer));

  return Object.assign(draft, { load, save, check, discard, keepMine, path });
}

/** What is said of one part of the draft: its problems and warnings. */
export const saidOf = (draft, field) => ({
  error: draft.problems.find((each) => each.field === field)?.text ?? "",
  warnings: draft.warnings.filter((each) => each.field === field).map((each) => each.text),
});
