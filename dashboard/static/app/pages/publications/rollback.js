// Going back to an earlier version: its content becomes a new one, and the reason stays with it.

import { api } from "../../api.js";
import { Dialog, button, div, para, problem, textField } from "../../ui.js";
import { defineComponent, h, reactive, watch } from "../../vue.js";

/** props: wanted ({path, version, current, title}; null: closed). Emits close, and done with the new version's number. */
export const RollBackDialog = defineComponent({
  props: { wanted: Object },
  emits: ["close", "done"],
  setup(props, { emit }) {
    const form = reactive({ reason: "", busy: false, refused: "" });
    watch(() => props.wanted, () => Object.assign(form, { reason: "", refused: "" }));

    async function goBack() {
      const { path, version, current } = props.wanted;
      form.busy = true;
      form.refused = "";
      try {
        emit("done", (await api.post(`${path}/roll-back`, { version, expected_version: current, reason: form.reason })).version);
      } catch (error) {
        form.refused = error.message;
      } finally {
        form.busy = false;
      }
    }

    return () => h(Dialog, { open: Boolean(props.wanted), title: `${props.wanted?.title ?? ""} 第${props.wanted?.version ?? ""}版に戻す`, onClose: () => emit("close") }, {
      default: () => div("stack",
        para("", `第${props.wanted.version}版の内容を、新しい版（第${props.wanted.current + 1}版）として公開します。通話中のお客様にも、次の発話から使われます。`),
        textField("戻す理由", form, "reason", { required: true, max: 500, hint: "履歴と監査ログに残ります。" }), problem(form.refused)),
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button("この版に戻す", { kind: "danger", busy: form.busy, disabled: !form.reason.trim(), onClick: goBack }),
      ],
    });
  },
});
