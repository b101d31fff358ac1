// Makes a key, then shows it once: it goes when the dialog is closed.

import { api } from "../../api.js";
import { may } from "../../session.js";
import { button, Dialog, notice, problem, selectField, textField, toast } from "../../ui.js";
import { defineComponent, h, nextTick, reactive, watch } from "../../vue.js";
import { SCOPE_GROUPS } from "./words.js";

const FORM = "key-form";
const DAYS = [["30", "30日"], ["90", "90日"], ["365", "1年"], ["", "期限なし"]];

export const KeyDialog = defineComponent({
  props: { open: Boolean },
  emits: ["close", "made"],
  setup(props, { emit }) {
    const form = reactive({ name: "", days: "90", scopes: new Set() });
    const state = reactive({ busy: false, error: "", secret: "", copied: false });
    watch(() => props.open, () => {
      Object.assign(form, { name: "", days: "90", scopes: new Set() });
      Object.assign(state, { error: "", secret: "", copied: false });
    });

    async function make(event) {
      event.preventDefault();
      state.error = "";
      state.busy = true;
      try {
        const body = { name: form.name, scopes: [...form.scopes], days: form.days ? Number(form.days) : null };
        state.secret = (await api.post("/api/keys", body)).secret;
        emit("made");
        nextTick(() => document.getElementById("new-key")?.select());
      } catch (error) {
        state.error = error.message;
      } finally {
        state.busy = false;
      }
    }
    async function copy() {
      try {
        await navigator.clipboard.writeText(state.secret);
        state.copied = true;
      } catch {
        document.getElementById("new-key").select();
        toast("コピーできませんでした。選択された文字を、キーボードでコピーしてください。", "bad");
      }
    }
    const toggle = (scope, on) => { if (on) form.scopes.add(scope); else form.scopes.delete(scope); };
    const scopes = () => h("div", { class: "scope-groups" }, SCOPE_GROUPS.map(([name, all]) => h("fieldset", { class: "scope-group" }, [
      h("legend", name),
      ...all.filter(([scope]) => may(scope)).map(([scope, said]) => h("label", { class: "check", key: scope }, [
        h("input", { type: "checkbox", checked: form.scopes.has(scope), onChange: (event) => toggle(scope, event.target.checked) }),
        h("span", said),
      ])),
    ])));
    const made = () => [
      notice("このキーが表示されるのは、この一度だけです。いまコピーして、使うプログラムの秘密として保管してください。"),
      h("div", { class: "row" }, [
        h("input", { id: "new-key", class: "input grow key-text", readonly: true, value: state.secret, "aria-label": "新しいAPIキー", onFocus: (event) => event.target.select() }),
        button(state.copied ? "コピーしました" : "コピー", { onClick: copy }),
      ]),
      h("p", { class: "hint" }, "要求のヘッダーに「Authorization: Bearer このキー」と付けて使います。"),
    ];

    return () => h(Dialog, { open: props.open, wide: true, title: state.secret ? "APIキーができました" : "APIキーを作る", onClose: () => emit("close") }, {
      default: () => (state.secret ? made() : [
        problem(state.error),
        h("form", { id: FORM, class: "stack", onSubmit: make }, [
          h("div", { class: "fields" }, [
            textField("名前", form, "name", { required: true, max: 60, placeholder: "例：社内の集計", hint: "何に使うキーかが分かる名前" }),
            selectField("有効期限", form, "days", { choices: DAYS }),
          ]),
          scopes(),
        ]),
      ]),
      actions: () => (state.secret ? [button("閉じる", { kind: "primary", onClick: () => emit("close") })] : [
        button("やめる", { onClick: () => emit("close") }),
        button("作る", { kind: "primary", type: "submit", form: FORM, busy: state.busy, disabled: !form.name || !form.scopes.size }),
      ]),
    });
  },
});
