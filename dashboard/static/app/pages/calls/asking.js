// Asking for the reason before something personal is shown or handed out.

import { areaField, button, Dialog, para } from "../../ui.js";
import { defineComponent, h, reactive } from "../../vue.js";

const LEAST = 5;

export const AskReason = defineComponent({
  props: { title: String, explain: String, act: String, busy: Boolean, run: Function },
  emits: ["close", "reason"],
  setup(props, { emit }) {
    const given = reactive({ reason: "" });
    const short = () => given.reason.trim().length < LEAST;
    return () => h(Dialog, { open: true, title: props.title, onClose: () => emit("close") }, {
      default: () => [
        para("", props.explain),
        areaField("理由", given, "reason", { id: "asked-reason", rows: 2, required: true, hint: `${LEAST}文字以上でご記入ください。`, placeholder: "例：お客様からのお申し出により内容を確認するため" }),
      ],
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button(props.act, { kind: "primary", busy: props.busy, disabled: short(), onClick: () => emit("reason", given.reason.trim()) }),
      ],
    });
  },
});

/** Saves a response's content as a file of that name. */
export async function download(response, name) {
  const address = URL.createObjectURL(await response.blob());
  const anchor = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
