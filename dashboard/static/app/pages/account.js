// 自分の設定: one's own password and sign-ins, and going out.

import { api } from "../api.js";
import { fullMoment, moment } from "../format.js";
import { loadSession, session } from "../session.js";
import { button, card, chip, during, loaded, pageOf, problem, table, textField, toast, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";
import { passwordFields, passwordProblem } from "./people/password.js";
import { browserName } from "./people/words.js";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("people");
    const sessions = loaded(() => api.get("/api/account/sessions"));
    const busy = reactive({ out: false, password: false, others: false, one: false });
    const form = reactive({ current: "", password: "", again: "" });
    const state = reactive({ error: "" });
    onMounted(sessions.load);

    const signOut = () => during(busy, "out", async () => {
      await api.post("/api/logout");
      await loadSession();
    });

    async function change(event) {
      event.preventDefault();
      state.error = passwordProblem(form);
      if (state.error) return;
      busy.password = true;
      try {
        await api.post("/api/account/password", { current: form.current, new: form.password });
        Object.assign(form, { current: "", password: "", again: "" });
        toast("パスワードを変えました。ほかのサインインは終わらせました。");
        await sessions.load();
      } catch (error) {
        state.error = error.message;
      } finally {
        busy.password = false;
      }
    }

    const endOthers = () => during(busy, "others", async () => {
      const { ended } = await api.post("/api/account/sessions/end-others");
      toast(ended ? `ほかのサインインを${ended}件終わらせました。` : "ほかのサインインはありませんでした。");
      await sessions.load();
    });
    const endOne = (one) => during(busy, "one", async () => {
      await api.remove(`/api/account/sessions/${one.id}`);
      toast("サインインを終わらせました。");
      await sessions.load();
    });

    const me = () => card("アカウント", {}, h("dl", { class: "facts" }, [
      h("dt", "お名前"), h("dd", session.user.name), h("dt", "ログイン名"), h("dd", session.user.login),
      h("dt", "役割"), h("dd", session.user.role_name),
      h("dt", "パスワード"), h("dd", session.user.has_password ? "設定済み" : "シングルサインオンで使っています"),
    ]));
    const password = () => (session.user.has_password ? card("パスワードを変える", {},
      problem(state.error),
      h("form", { class: "stack", onSubmit: change }, [
        textField("いまのパスワード", form, "current", { type: "password", autocomplete: "current-password", required: true, max: 200 }),
        ...passwordFields(form, "新しいパスワード"),
        h("div", [button("パスワードを変える", { kind: "primary", type: "submit", busy: busy.password, disabled: !form.current || !form.password || !form.again })]),
      ])) : null);
    const others = () => card("サインインしているブラウザー", {
      actions: [button("ほかをすべて終わらせる", { onClick: endOthers, busy: busy.others, disabled: (sessions.data?.length ?? 0) < 2 })],
    }, whenLoaded(sessions, (rows) => table([
      { label: "ブラウザー", cell: (row) => h("span", { title: row.agent }, [browserName(row.agent), " ", row.own ? chip("このブラウザー", "good") : null]) },
      { label: "接続元", name: "address" },
      { label: "サインイン", cell: (row) => moment(row.created_at) },
      { label: "最後の操作", cell: (row) => moment(row.last_seen_at) },
      { label: "切れる日時", cell: (row) => h("span", { title: fullMoment(row.expires_at) }, moment(row.expires_at)) },
      { label: "操作", cell: (row) => (row.own ? "" : button("終わらせる", { onClick: () => endOne(row), busy: busy.one, "aria-label": `${browserName(row.agent)}のサインインを終わらせる` })) },
    ], rows)));

    return () => pageOf("自分の設定", [button("サインアウト", { onClick: signOut, busy: busy.out })],
      h("div", { class: "columns" }, [me(), password()]), others());
  },
});
