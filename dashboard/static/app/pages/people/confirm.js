// Asks before something that cannot be taken back. `asking`: {title, text, yes, work}, or null.

import { button, Dialog } from "../../ui.js";
import { defineComponent, h } from "../../vue.js";

export const Confirm = defineComponent({
  props: { asking: Object, busy: Boolean },
  emits: ["close"],
  setup(props, { emit }) {
    return () => h(Dialog, { open: Boolean(props.asking), title: props.asking?.title ?? "", onClose: () => emit("close") }, {
      default: () => h("p", props.asking?.text),
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button(props.asking?.yes ?? "", { kind: "danger", busy: props.busy, onClick: () => props.asking.work() }),
      ],
    });
  },
});
