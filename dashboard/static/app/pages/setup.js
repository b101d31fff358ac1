// 初期設定: the first administrator. Shown only while nobody has an account.

import { api } from "../api.js";
import { go } from "../router.js";
import { loadSession } from "../session.js";
import { button, card, loaded, problem, textField, useStyle } from "../ui.js";
import { defineComponent, h, nextTick, onMounted, reactive } from "../vue.js";
import { passwordFields, passwordProblem } from "./people/password.js";

export default defineComponent(() => {
  useStyle("people");
  document.title = "はじめての設定｜受付";
  const form = reactive({ name: "", login: "", password: "", again: "", code: "" });
  const state = reactive({ busy: false, error: "" });
  const told = loaded(() => api.get("/api/session"));
  const codeNeeded = () => told.data?.code_needed === true;
  onMounted(async () => {
    document.getElementById("t-name")?.focus();
    await told.load();
    // Nobody who has begun to type is taken away from it.
    if (codeNeeded() && !form.name) nextTick(() => document.getElementById("t-code")?.focus());
  });

  async function make(event) {
    event.preventDefault();
    state.error = passwordProblem(form);
    if (state.error) return;
    state.busy = true;
    try {
      const { again: _, ...sent } = form;
      await api.post("/api/setup", sent);
      go("/start", { replace: true });
      await loadSession();
    } catch (error) {
      state.error = error.message;
    } finally {
      state.busy = false;
    }
  }

  const ready = () => form.name && form.login && form.password && form.again && (!codeNeeded() || form.code);
  return () => card("", { label: "はじめての設定", kind: "door" },
    h("h1", { class: "door-title" }, [h("span", { class: "brand-mark" }, "受付"), "はじめての設定"]),
    h("p", "最初の管理者を登録します。ほかの方のアカウントは、あとから「利用者」の画面で追加できます。"),
    problem(state.error),
    h("form", { class: "stack", onSubmit: make }, [
      codeNeeded() ? textField("初期設定コード", form, "code", {
        required: true, max: 64, placeholder: "XXXX-XXXX-XXXX-XXXX", attrs: { autocapitalize: "characters", spellcheck: "false" },
        hint: "受付を起動した画面に表示されています。受付が動いているコンピューターで開くと、コードは要りません。",
      }) : null,
      textField("お名前", form, "name", { required: true, max: 60, autocomplete: "name", hint: "記録と画面に出ます。" }),
      textField("ログイン名", form, "login", { required: true, max: 100, autocomplete: "username", hint: "半角の英数字で2文字以上（例 t.mori）", attrs: { autocapitalize: "none", spellcheck: "false" } }),
      ...passwordFields(form),
      button("登録して始める", { kind: "primary wide", type: "submit", busy: state.busy, disabled: !ready() }),
    ]));
});
