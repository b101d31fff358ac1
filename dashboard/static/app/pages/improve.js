// What callers asked in vain, what was probably answered wrongly, and what people answered that the FAQ does not know.

import { api } from "../api.js";
import { place } from "../router.js";
import { loaded, pageOf, tabs, useStyle } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";
import { DraftsPane } from "./improve/drafts.js";
import { SuspectsPane } from "./improve/suspects.js";
import { UnansweredPane } from "./improve/unanswered.js";

const PANES = { unanswered: UnansweredPane, suspects: SuspectsPane, drafts: DraftsPane };

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("improve");
    useStyle("trials");
    useStyle("faq");
    const view = reactive({ tab: PANES[place.query.tab] ? place.query.tab : "unanswered", counts: {} });
    const faq = loaded(() => api.get("/api/faq"));
    onMounted(() => faq.load());
    const entries = () => faq.data?.entries ?? [];
    const categories = () => (faq.data?.categories ?? []).map((each) => each.name);
    return () => pageOf("改善候補", [],
      tabs("改善の種類", view, "tab", [["unanswered", "未回答", view.counts.unanswered], ["suspects", "誤回答の疑い", view.counts.suspects], ["drafts", "下書き", view.counts.drafts]]),
      h(PANES[view.tab], { key: view.tab, entries: entries(), categories: categories(), onCount: (count) => { view.counts[view.tab] = count; } }));
  },
});
