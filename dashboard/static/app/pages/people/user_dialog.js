// A new account, or another name or role for one. `user`: null (closed), {} (new), or the account.

import { api } from "../../api.js";
import { button, Dialog, problem, selectField, textField, toast } from "../../ui.js";
import { computed, defineComponent, h, reactive, watch } from "../../vue.js";
import { passwordFields, passwordProblem } from "./password.js";
import { ROLE_HINTS, ROLES } from "./words.js";

const FORM = "user-form";

export const UserDialog = defineComponent({
  props: { user: Object },
  emits: ["close", "saved"],
  setup(props, { emit }) {
    const form = reactive({ name: "", login: "", role: "operator", password: "", again: "" });
    const state = reactive({ busy: false, error: "" });
    const isNew = computed(() => !props.user?.id);
    watch(() => props.user, (user) => {
      state.error = "";
      Object.assign(form, { name: user?.name ?? "", login: user?.login ?? "", role: user?.role ?? "operator", password: "", again: "" });
    });

    async function save(event) {
      event.preventDefault();
      state.error = isNew.value ? passwordProblem(form) : "";
      if (state.error) return;
      state.busy = true;
      try {
        const { name, login, role, password } = form;
        if (isNew.value) await api.post("/api/users", { name, login, role, password });
        else await api.patch(`/api/users/${props.user.id}`, { name, role });
        toast(isNew.value ? `${name}さんを追加しました。ログイン名と最初のパスワードを、ご本人に伝えてください。` : "変更しました。");
        emit("close");
        emit("saved");
      } catch (error) {
        state.error = error.message;
      } finally {
        state.busy = false;
      }
    }

    return () => h(Dialog, { open: Boolean(props.user), title: isNew.value ? "利用者を追加" : `${props.user?.name}さんを変更`, onClose: () => emit("close") }, {
      default: () => [
        problem(state.error),
        h("form", { id: FORM, class: "stack", onSubmit: save }, [
          textField("お名前", form, "name", { required: true, max: 60 }),
          textField("ログイン名", form, "login", {
            required: isNew.value, disabled: !isNew.value, max: 100, attrs: { autocapitalize: "none", spellcheck: "false" },
            hint: isNew.value ? "半角の英数字で2文字以上（例 t.mori）。あとから変えられません。" : "ログイン名は変えられません。",
          }),
          selectField("役割", form, "role", { choices: ROLES, hint: props.user?.sso ? "シングルサインオンの方の役割は、次のサインインのとき、認証サーバーのグループに合わせて変わります。" : ROLE_HINTS[form.role] }),
          ...(isNew.value ? passwordFields(form, "最初のパスワード") : []),
        ]),
      ],
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button(isNew.value ? "追加する" : "変更する", { kind: "primary", type: "submit", form: FORM, busy: state.busy, disabled: !form.name || !form.login }),
      ],
    });
  },
});
