// Another password for somebody who has forgotten theirs. `user`: null (closed) or the account.

import { api } from "../../api.js";
import { button, Dialog, problem, toast } from "../../ui.js";
import { defineComponent, h, reactive, watch } from "../../vue.js";
import { passwordFields, passwordProblem } from "./password.js";

const FORM = "password-form";

export const PasswordDialog = defineComponent({
  props: { user: Object },
  emits: ["close", "saved"],
  setup(props, { emit }) {
    const form = reactive({ password: "", again: "" });
    const state = reactive({ busy: false, error: "" });
    watch(() => props.user, () => { Object.assign(form, { password: "", again: "" }); state.error = ""; });

    async function save(event) {
      event.preventDefault();
      state.error = passwordProblem(form);
      if (state.error) return;
      state.busy = true;
      try {
        await api.post(`/api/users/${props.user.id}/password`, { password: form.password });
        toast("新しいパスワードを設定しました。ご本人に伝え、「自分の設定」で変えていただいてください。");
        emit("close");
        emit("saved");
      } catch (error) {
        state.error = error.message;
      } finally {
        state.busy = false;
      }
    }

    return () => h(Dialog, { open: Boolean(props.user), title: `${props.user?.name ?? ""}さんの新しいパスワード`, onClose: () => emit("close") }, {
      default: () => [
        h("p", "設定すると、この方のサインインはすべて終わります。ロックも解除されます。"),
        problem(state.error),
        h("form", { id: FORM, class: "stack", onSubmit: save }, passwordFields(form, "新しいパスワード")),
      ],
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button("設定する", { kind: "primary", type: "submit", form: FORM, busy: state.busy, disabled: !form.password || !form.again }),
      ],
    });
  },
});
