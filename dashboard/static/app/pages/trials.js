// Tests before publishing: what the draft does to golden questions and to what callers really asked.

import { api } from "../api.js";
import { fullMoment } from "../format.js";
import { place } from "../router.js";
import { button, card, div, empty, every, loaded, pageOf, table, tabs, toast, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";
import { Golden } from "./trials/golden.js";
import { Results } from "./trials/results.js";
import { Starting } from "./trials/starting.js";
import { KINDS, inShort, stateChip } from "./trials/words.js";

const EVERY_MS = 1_000;

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("trials");
    const view = reactive({ tab: place.query.tab ?? "result", shown: place.query.run ?? "", golden: undefined });
    const subject = loaded(() => api.get("/api/trials/subject"));
    const runs = loaded(() => api.get("/api/trials?limit=30"));
    const run = loaded((id) => api.get(`/api/trials/${id}`));
    const now = () => subject.data?.now ?? null;
    const nowKind = () => runs.data?.runs.find((each) => each.id === now()?.run_id)?.kind ?? "";

    const show = (id) => { view.shown = id; view.tab = "result"; run.data = null; run.load(id); };
    const load = async () => {
      await Promise.all([subject.load(), runs.load()]);
      if (view.shown) { await run.load(view.shown); return; }
      const newest = Object.values(subject.data?.latest ?? {}).filter(Boolean).sort((a, b) => b.started_at.localeCompare(a.started_at))[0] ?? runs.data?.runs[0];
      if (newest) { view.shown = newest.id; await run.load(newest.id); }
    };
    onMounted(load);
    // A short test may have ended before it was ever seen running.
    const follow = async () => {
      const before = now()?.run_id ?? (run.data?.state === "running" ? run.data.id : "");
      if (!before) return;
      await subject.load();
      if (now()?.run_id !== before) {
        await runs.load();
        show(before);
      }
    };
    every(EVERY_MS, follow);

    const started = async (begun) => {
      view.tab = "result";
      view.shown = begun.id;
      await Promise.all([runs.load(), subject.load(), run.load(begun.id)]);
      await follow();
    };
    const cancel = async (id) => {
      try { await api.post(`/api/trials/${id}/cancel`); toast("テストを中止します。"); } catch (error) { toast(error.message, "bad"); }
    };
    const resume = async (id) => {
      try { await started(await api.post(`/api/trials/${id}/resume`)); } catch (error) { toast(error.message, "bad"); }
    };

    const result = () => (view.shown
      ? whenLoaded(run, (data) => (data.state === "running" ? empty("テストを実行しています。終わると、ここに結果が出ます。") : h(Results, { run: data, key: data.id, onResume: resume })))
      : empty("テストの結果はまだありません。上の「テストする」から始めてください。"));
    const history = () => whenLoaded(runs, (data) => table([
      { label: "開始", cell: (row) => fullMoment(row.started_at) },
      { label: "種類", cell: (row) => KINDS[row.kind] },
      { label: "状態", cell: stateChip },
      { label: "結果", cell: (row) => (row.state === "running" ? "" : inShort(row)) },
      { label: "下書き", cell: (row) => (row.is_current ? "いまと同じ内容" : `${row.changed.length}件の変更`) },
      { label: "実行した人", cell: (row) => row.author },
      { label: "", cell: (row) => row.state !== "running" && button("結果を見る", { "aria-label": `${fullMoment(row.started_at)}の結果を見る`, onClick: () => show(row.id) }) },
    ], data.runs, { empty: "テストの履歴はまだありません。" }));
    const panes = { result, golden: () => h(Golden, { onCount: (count) => { view.golden = count; } }), history };

    return () => pageOf("公開前テスト", [],
      whenLoaded(subject, (data) => h(Starting, { subject: data, now: now(), nowKind: nowKind(), onStarted: started, onShow: show, onCancel: cancel })),
      card("", { label: "テストの結果と質問" },
        tabs("表示する内容", view, "tab", [["result", "結果"], ["golden", "テストの質問", view.golden], ["history", "履歴", runs.data?.runs.length]]),
        div("", panes[view.tab]?.() ?? result())));
  },
});
