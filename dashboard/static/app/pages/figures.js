// The figures of a period, against the period before.

import { api, withQuery } from "../api.js";
import { day } from "../format.js";
import { go, place } from "../router.js";
import { may } from "../session.js";
import { button, chip, during, loaded, loading, pageOf, problem, selectField, span, tabs, toast, useStyle } from "../ui.js";
import { defineComponent, h, reactive, ref } from "../vue.js";
import { breakdowns } from "./figures/breakdowns.js";
import { everything } from "./figures/everything.js";
import { overview } from "./figures/overview.js";
import { askedBy, picker } from "./figures/period.js";
import { Planning } from "./figures/planning.js";

const VIEWS = [["overview", "概要"], ["breakdowns", "内訳"], ["everything", "すべての指標"], ["planning", "容量と費用"]];
const GROUPS = [["", "全体だけ"], ["hour", "時間帯ごと"], ["day", "日ごと"], ["weekday", "曜日ごと"], ["called", "着信番号ごと"], ["category", "FAQの分類ごと"], ["entry", "FAQごと"], ["reason", "引き継ぎの理由ごと"]];

const between = (first, last) => (first === last ? day(first) : `${day(first)} から ${day(last)}`);

export default defineComponent(() => {
  useStyle("figures");
  const asked = reactive(askedBy(place.query));
  const view = reactive({ shown: VIEWS.some(([key]) => key === place.query.view) ? place.query.view : "overview", by: "" });
  const flags = reactive({ exporting: false });
  const opened = reactive({});
  const meanings = ref(null);
  const choices = ref(null);
  const board = loaded(() => api.get(withQuery("/api/figures/board", asked)));
  const failed = ref("");

  async function first() {
    try {
      const found = await api.get("/api/figures/definitions");
      meanings.value = Object.fromEntries(found.map((each) => [each.key, each]));
    } catch (error) {
      failed.value = error.message;
    }
  }
  async function load() {
    const [, found] = await Promise.all([board.load(), api.get(withQuery("/api/figures/choices", { from: asked.from, to: asked.to })).catch(() => null)]);
    if (found) choices.value = found;
  }
  function change(values) {
    Object.assign(asked, values);
    if (asked.from > asked.to) asked[values.from ? "to" : "from"] = values.from ?? values.to;
    go(withQuery("/figures", { ...asked, view: view.shown === "overview" ? "" : view.shown }), { replace: true });
    load();
  }
  const save = () => during(flags, "exporting", async () => {
    const response = await api.raw("GET", withQuery("/api/figures/export", { ...asked, by: view.by }));
    const address = URL.createObjectURL(await response.blob());
    const anchor = document.createElement("a");
    anchor.href = address;
    anchor.download = `数字_${asked.from}_${asked.to}.csv`;
    anchor.click();
    URL.revokeObjectURL(address);
    toast("CSVを書き出しました。");
  });
  first();
  load();

  const actions = () => (may("figures.export") ? [
    selectField("CSVの内訳", view, "by", { choices: GROUPS, id: "csv-by" }),
    button("CSVを書き出す", { busy: flags.exporting, onClick: save }),
  ] : []);
  const content = () => {
    if (failed.value) return problem(failed.value, button("もう一度読み込む", { onClick: () => { failed.value = ""; first(); } }));
    if (board.error) return problem(board.error, button("もう一度読み込む", { onClick: load }));
    if (!board.data || !meanings.value) return loading();
    if (view.shown === "planning") return h(Planning, { asked: { ...asked } });
    if (view.shown === "breakdowns") return breakdowns(board.data, meanings.value, opened);
    if (view.shown === "everything") return everything(board.data, meanings.value);
    return overview(board.data, meanings.value);
  };
  const about = () => (board.data ? h("p", { class: "row small muted", "aria-live": "polite" }, [
    span("", `${between(board.data.first, board.data.last)}（日本時間）。${between(board.data.before_first, board.data.before_last)}と比べています。`),
    board.data.provisional ? chip("再入電の数字は速報", "waiting", { title: "7日たっていない通話を含みます。" }) : null,
    board.busy ? span("", "読み込んでいます…") : null,
  ]) : null);

  return () => pageOf("数字", actions(),
    picker(asked, choices.value, change), about(),
    tabs("数字の見かた", view, "shown", VIEWS),
    h("div", { class: "stack", role: "tabpanel", "aria-labelledby": `tab-shown-${view.shown}` }, [content()].flat()),
  );
});
