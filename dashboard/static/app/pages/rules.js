// 引き継ぎルール: when a person takes over. Built of conditions, tried on past calls, published.

import { useDraft } from "./tuning/draft.js";
import { DraftBar } from "./tuning/bar.js";
import { builtInList } from "./rules/builtin.js";
import { RuleEditor } from "./rules/editor.js";
import { ruleList } from "./rules/list.js";
import { TryOut } from "./rules/try.js";
import { api } from "../api.js";
import { button, card, div, loaded, loading, pageOf, para, tabs, useStyle, whenLoaded } from "../ui.js";
import { computed, defineComponent, h, reactive, watch } from "../vue.js";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("tuning");
    const draft = useDraft("rules", (content) => ({ rules: (content.rules ?? []).map((rule) => ({ ...rule })) }));
    const parts = loaded(() => api.get("/api/rules/parts"));
    parts.load();
    const view = reactive({ tab: "own", opened: "", described: {} });
    const builtIn = computed(() => new Set((parts.data?.built_in ?? []).map((rule) => rule.id)));
    const own = computed(() => (draft.content?.rules ?? []).filter((rule) => !builtIn.value.has(rule.id)).sort((a, b) => a.order - b.order));

    let turn = 0;
    watch(() => JSON.stringify(draft.content), async (text) => {
      if (!draft.content) return;
      const mine = ++turn;
      const told = await api.post("/api/rules/described", { content: JSON.parse(text) }).catch(() => []);
      if (mine === turn) view.described = Object.fromEntries(told.map((each) => [each.id, each]));
    });

    function add() {
      const taken = new Set(draft.content.rules.map((rule) => rule.id));
      let number = 1;
      while (taken.has(`rule-${number}`)) number += 1;
      const order = Math.min(8990, Math.max(200, ...own.value.map((rule) => rule.order)) + 10);
      const id = `rule-${number}`;
      draft.content.rules.push({
        id, title: "新しいルール", enabled: true, order, weight: 1, stage: "before_answer", once: false,
        when: { kind: "all", of: [{ kind: "words", words: ["例のことば"] }] }, then: { kind: "transfer", queue: parts.data.built_in.find((each) => each.id === "asks-for-person")?.then.queue ?? "一般", priority: 3, even_if_closed: false },
        say: ["かしこまりました。", "担当の者に引き継ぎまして、折り返しお電話を差し上げます。"], say_closed: [],
      });
      view.tab = "own";
      view.opened = id;
    }
    const opened = () => draft.content.rules.find((rule) => rule.id === view.opened);

    return () => pageOf("引き継ぎルール", [],
      h(DraftBar, { draft }),
      whenLoaded(parts, () => (draft.content === null ? (draft.error ? null : loading()) : [
        tabs("内容", view, "tab", [["own", "ルール", own.value.length], ["built_in", "いつも有効なルール", builtIn.value.size], ["try", "過去の通話で試す"]]),
        view.tab === "own" && div("columns rules-columns",
          card("上から順に見ます", { actions: [draft.editable && button("＋ ルールを加える", { kind: "primary", onClick: add })] },
            ruleList(draft, own.value, view)),
          opened() ? h(RuleEditor, { key: view.opened, draft, rule: opened(), parts: parts.data, view })
            : card("ルールの内容", {}, para("muted", "左の一覧からルールを選ぶと、条件とお伝えする文を変えられます。"))),
        view.tab === "built_in" && builtInList(draft, parts.data),
        view.tab === "try" && h(TryOut, { draft }),
      ])));
  },
});
