// 利用者: who has an account, in which role, and who is signed in.

import { api } from "../api.js";
import { moment } from "../format.js";
import { session } from "../session.js";
import { button, card, chip, during, loaded, pageOf, table, tabs, toast, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onMounted, reactive } from "../vue.js";
import { UserDialog } from "./people/user_dialog.js";
import { PasswordDialog } from "./people/password_dialog.js";
import { Confirm } from "./people/confirm.js";
import { browserName } from "./people/words.js";

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("people");
    const users = loaded(() => api.get("/api/users"));
    const sessions = loaded(() => api.get("/api/sessions"));
    const view = reactive({ tab: "users", editing: null, password: null, asking: null });
    const busy = reactive({ one: false });
    const reload = () => Promise.all([users.load(), sessions.load()]);
    onMounted(reload);

    const run = (work, done) => during(busy, "one", async () => {
      await work();
      view.asking = null;
      toast(done);
      await reload();
    });
    const stop = (user) => { view.asking = {
      title: `${user.name}さんを停止しますか`, text: "サインインはすぐに終わり、再開するまで入れなくなります。記録はそのまま残ります。", yes: "停止する",
      work: () => run(() => api.patch(`/api/users/${user.id}`, { active: false }), `${user.name}さんを停止しました。`),
    }; };
    const remove = (user) => { view.asking = {
      title: `${user.name}さんを削除しますか`, text: "アカウントは元に戻せません。この方が行った操作の記録は、監査ログに名前とともに残ります。一時的に止めたいだけのときは「停止」をお使いください。", yes: "削除する",
      work: () => run(() => api.remove(`/api/users/${user.id}`), `${user.name}さんを削除しました。`),
    }; };

    const stateOf = (user) => {
      if (!user.active) return chip("停止中", "bad");
      if (user.locked_until && Date.parse(user.locked_until) > Date.now()) return chip(`ロック中（${moment(user.locked_until)}まで）`, "waiting");
      return chip("使えます", "good");
    };
    const actionsOf = (user) => h("div", { class: "row tight" }, [
      button("変更", { onClick: () => { view.editing = user; }, "aria-label": `${user.name}さんを変更` }),
      user.has_password ? button("パスワード", { onClick: () => { view.password = user; }, "aria-label": `${user.name}さんのパスワードを設定` }) : null,
      user.locked_until && Date.parse(user.locked_until) > Date.now()
        ? button("ロック解除", { busy: busy.one, onClick: () => run(() => api.post(`/api/users/${user.id}/unlock`), "ロックを解除しました。") }) : null,
      user.id === session.user?.id ? null : user.active
        ? button("停止", { onClick: () => stop(user), "aria-label": `${user.name}さんを停止` })
        : button("再開", { busy: busy.one, onClick: () => run(() => api.patch(`/api/users/${user.id}`, { active: true }), `${user.name}さんを再開しました。`), "aria-label": `${user.name}さんを再開` }),
      user.id === session.user?.id ? null : button("削除", { kind: "quiet", onClick: () => remove(user), "aria-label": `${user.name}さんを削除` }),
    ]);
    const everyone = () => whenLoaded(users, (rows) => table([
      { label: "お名前", cell: (user) => h("span", { class: "name" }, [user.name, user.id === session.user?.id ? h("span", { class: "muted small" }, "（自分）") : null]) },
      { label: "ログイン名", cell: (user) => h("span", { class: "wrap login-name" }, [user.login, user.sso ? h("span", { class: "muted small" }, "（シングルサインオン）") : null]) },
      { label: "役割", cell: (user) => h("span", { class: "when" }, user.role_name) },
      { label: "状態", cell: stateOf },
      { label: "最後のサインイン", cell: (user) => h("span", { class: "when" }, moment(user.last_login_at)) },
      { label: "操作", cell: actionsOf },
    ], rows));
    const signedIn = () => whenLoaded(sessions, (rows) => table([
      { label: "お名前", name: "user_name" },
      { label: "ブラウザー", cell: (one) => h("span", { title: one.agent }, [browserName(one.agent), " ", one.own ? chip("このブラウザー", "good") : null]) },
      { label: "接続元", name: "address" },
      { label: "サインイン", cell: (one) => moment(one.created_at) },
      { label: "最後の操作", cell: (one) => moment(one.last_seen_at) },
      { label: "操作", cell: (one) => (one.own ? "" : button("終わらせる", { busy: busy.one, onClick: () => run(() => api.remove(`/api/sessions/${one.id}`), "サインインを終わらせました。"), "aria-label": `${one.user_name}さんのサインインを終わらせる` })) },
    ], rows));

    return () => pageOf("利用者", [button("利用者を追加", { kind: "primary", onClick: () => { view.editing = {}; } })],
      tabs("利用者の表示", view, "tab", [["users", "利用者", users.data?.length], ["sessions", "サインイン中", sessions.data?.length]]),
      card("", { label: view.tab === "users" ? "利用者の一覧" : "サインイン中の一覧" }, view.tab === "users" ? everyone() : signedIn()),
      h(UserDialog, { user: view.editing, onClose: () => { view.editing = null; }, onSaved: reload }),
      h(PasswordDialog, { user: view.password, onClose: () => { view.password = null; }, onSaved: reload }),
      h(Confirm, { asking: view.asking, busy: busy.one, onClose: () => { view.asking = null; } }));
  },
});
