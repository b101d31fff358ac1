// サインイン: a login and a password, or the company's single sign-on.

import { api } from "../api.js";
import { place } from "../router.js";
import { loadSession, session } from "../session.js";
import { button, card, link, loaded, problem, textField, useStyle } from "../ui.js";
import { defineComponent, h, nextTick, onMounted, reactive } from "../vue.js";

// Why single sign-on let nobody in: the server's words for it (dashboard/auth/single_sign_on.py).
const REFUSED = {
  expired: "サインインの途中で時間が切れました。もう一度、はじめからお試しください。",
  provider: "シングルサインオンの確認ができませんでした。もう一度お試しになり、続くときは管理者にお問い合わせください。",
  no_role: "この受付を使う役割が割り当てられていません。管理者に、グループへの追加をご依頼ください。",
  stopped: "このアカウントは停止されています。管理者にお問い合わせください。",
};

export default defineComponent(() => {
  useStyle("people");
  document.title = "サインイン｜受付";
  const form = reactive({ login: "", password: "" });
  const state = reactive({ busy: false, error: REFUSED[place.query.sso] ?? "" });
  const told = loaded(() => api.get("/api/session"));
  onMounted(() => {
    told.load();
    document.getElementById("t-login")?.focus();
  });

  async function signIn(event) {
    event.preventDefault();
    state.error = "";
    state.busy = true;
    try {
      await api.post("/api/login", form);
      await loadSession();
    } catch (error) {
      state.error = error.message;
      form.password = "";
      nextTick(() => document.getElementById("t-password")?.focus());
    } finally {
      state.busy = false;
    }
  }

  return () => card("", { label: "サインイン", kind: "door" },
    h("h1", { class: "door-title" }, [h("span", { class: "brand-mark" }, "受付"), session.company]),
    problem(state.error),
    h("form", { class: "stack", onSubmit: signIn }, [
      textField("ログイン名", form, "login", { autocomplete: "username", max: 100, required: true, attrs: { autocapitalize: "none", spellcheck: "false" } }),
      textField("パスワード", form, "password", { type: "password", autocomplete: "current-password", max: 200, required: true }),
      button("サインイン", { kind: "primary wide", type: "submit", busy: state.busy, disabled: !form.login || !form.password }),
    ]),
    told.data?.single_sign_on ? h("div", { class: "stack" }, [
      h("p", { class: "or" }, "または"),
      link(`${told.data.single_sign_on}でサインイン`, "/api/oidc/start", "button wide"),
    ]) : null,
    h("p", { class: "hint" }, "パスワードをお忘れのときは、管理者に新しいパスワードの設定をご依頼ください。"));
});
