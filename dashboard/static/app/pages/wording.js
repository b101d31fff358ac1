// 話し方: what the agent says beside the approved answers, by situation, each heard at once.

import { useDraft } from "./tuning/draft.js";
import { DraftBar } from "./tuning/bar.js";
import { useVoice } from "./tuning/hear.js";
import { openingCard } from "./wording/opening.js";
import { promptField } from "./wording/prompt.js";
import { api } from "../api.js";
import { div, loaded, loading, notice, pageOf, para, tabs, useStyle, whenLoaded } from "../ui.js";
import { computed, defineComponent, h, reactive } from "../vue.js";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("tuning");
    const draft = useDraft("wording", (content) => ({ ...content, prompts: { ...content.prompts } }));
    const specs = loaded(() => api.get("/api/wording/prompts"));
    const company = loaded(() => api.get("/api/documents/company"));
    specs.load();
    company.load();
    const view = reactive({ group: "通話の始まり" });
    const hear = useVoice();
    const groups = computed(() => [...new Set((specs.data?.prompts ?? []).map((each) => each.group))]);
    const inGroup = (group) => specs.data.prompts.filter((each) => each.group === group);
    const reworded = (group) => inGroup(group).filter((each) => each.name in draft.content.prompts).length;
    const wrong = (group) => inGroup(group).some((each) => draft.problems.some((found) => found.field === each.name));
    const textOf = (name) => draft.content.prompts[name] ?? specs.data.prompts.find((each) => each.name === name)?.default ?? "";

    const choices = () => groups.value.map((group) => [group, wrong(group) ? `${group}（要修正）` : group, reworded(group) || undefined]);
    return () => pageOf("話し方", [],
      h(DraftBar, { draft }),
      para("muted", "承認された回答のほかに、エージェントがお話しする文です。変えた文は、公開すると通話中のお客様にも次の発話から使われます。"),
      whenLoaded(specs, (told) => (draft.content === null ? (draft.error ? null : loading()) : [
        tabs("場面", view, "group", choices()),
        view.group === "通話の始まり" && company.data && openingCard(company.data.content, textOf, hear),
        div("prompt-list", inGroup(view.group).map((spec) => promptField(spec, draft, told.longest, hear))),
        view.group === "担当者への引き継ぎ" && notice("受付時間と、ルールごとの文は「受付時間」「引き継ぎルール」の画面で変えられます。"),
        view.group === "お客様からのお申し出" && notice("カード番号や暗証番号をお断りする文、AIとお伝えする文は、安全のため変えられません。"),
      ])));
  },
});
