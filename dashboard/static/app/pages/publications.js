// What was published, when and by whom, of every kind; what differs, the way back, and what is planned.

import { DocumentHistory } from "./publications/document_history.js";
import { FaqHistory } from "./publications/faq_history.js";
import { Plans } from "./publications/plans.js";
import { api } from "../api.js";
import { place } from "../router.js";
import { may } from "../session.js";
import { card, link, loaded, pageOf, problem, tabs, useStyle } from "../ui.js";
import { computed, defineComponent, h, onMounted, reactive } from "../vue.js";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("faq");
    const view = reactive({ tab: place.query.kind ?? "faq", waiting: undefined });
    const kinds = loaded(() => (may("tuning.read") ? api.get("/api/documents") : []));
    onMounted(() => kinds.load());
    const titles = computed(() => ({ faq: "FAQ", ...Object.fromEntries((kinds.data ?? []).map((each) => [each.kind, each.title])) }));
    const shown = () => {
      if (view.tab === "faq") return h(FaqHistory);
      if (view.tab === "plans") return card("", { label: "公開の予約" }, h(Plans, { titles: titles.value, onTold: (count) => { view.waiting = count; } }));
      return titles.value[view.tab] ? h(DocumentHistory, { kind: view.tab, title: titles.value[view.tab] }) : null;
    };
    return () => pageOf("公開の履歴", [link("FAQの一覧", "/faq")],
      problem(kinds.error),
      tabs("種類", view, "tab", [...Object.entries(titles.value), ["plans", "公開の予約", view.waiting]]),
      h("div", { role: "tabpanel", "aria-labelledby": `tab-tab-${view.tab}` }, [shown()]));
  },
});
