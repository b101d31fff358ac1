// Data and transparency: how long things stay, where connections went, and the models with their limits.

import { useStyle, pageOf, tabs } from "../ui.js";
import { defineComponent, h, reactive } from "../vue.js";
import { Hosts } from "./trust/hosts.js";
import { Models } from "./trust/models.js";
import { Holds } from "./trust/holds.js";
import { Retention } from "./trust/retention.js";

const PARTS = { retention: Retention, holds: Holds, hosts: Hosts, models: Models };
const CHOICES = [
  ["retention", "保存期間"], ["holds", "法的保全と削除の証跡"], ["hosts", "接続先"], ["models", "モデル"],
];

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("trust");
    const view = reactive({ tab: "retention" });
    return () => pageOf("データと透明性", [], tabs("データと透明性", view, "tab", CHOICES),
      h("div", { role: "tabpanel", "aria-labelledby": `tab-tab-${view.tab}`, class: "stack" }, [h(PARTS[view.tab], { key: view.tab })]));
  },
});
