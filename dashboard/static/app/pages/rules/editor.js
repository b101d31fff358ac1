// One rule: when, what then, and with which words.

import { conditionEditor } from "./condition.js";
import { linesField } from "./lines.js";
import { useVoice } from "../tuning/hear.js";
import { button, card, checkField, div, field, numberField, selectField, textField } from "../../ui.js";
import { defineComponent, h } from "../../vue.js";

const BLANKS = {
  transfer: (queue) => ({ kind: "transfer", queue, priority: 3, even_if_closed: false }), callback: (queue) => ({ kind: "callback", queue, priority: 3 }),
  message: () => ({ kind: "message", then: "answer" }), end: () => ({ kind: "end" }), record: () => ({ kind: "record" }),
};

export const RuleEditor = defineComponent({
  props: { draft: Object, rule: Object, parts: Object, view: Object },
  setup(props) {
    const hear = useVoice();
    const remove = () => {
      props.draft.content.rules = props.draft.content.rules.filter((each) => each !== props.rule);
      props.view.opened = "";
    };
    const change = (kind) => {
      const { rule } = props;
      rule.then = BLANKS[kind](rule.then.queue ?? props.parts.queues[0] ?? "一般");
      if (kind === "record") { rule.say = []; rule.say_closed = []; } else if (!rule.say.length) rule.say = ["かしこまりました。"];
      if (["message", "record"].includes(kind) && rule.order <= 100) rule.order = 110;
    };
    return () => {
      const { draft, rule, parts } = props;
      const disabled = !draft.editable;
      const others = [...draft.content.rules.filter((each) => each !== rule && each.title).map((each) => [each.id, each.title]),
        ...parts.built_in.filter((each) => !draft.content.rules.some((one) => one.id === each.id)).map((each) => [each.id, each.title])];
      const action = rule.then;
      const queued = action.kind === "transfer" || action.kind === "callback";
      return card(rule.title || "（題名なし）", { actions: [
        checkField("使う", rule, "enabled", { disabled, id: "rule-enabled" }),
        !disabled && button("このルールを消す", { kind: "quiet", onClick: remove }),
      ] },
      draft.problems.filter((each) => each.field === rule.id).map((each) => h("p", { class: "field-error", role: "alert", key: each.text }, each.text)),
      div("fields", textField("題名", rule, "title", { id: "rule-title", max: 100, required: true, disabled, wide: true })),
      h("fieldset", { class: "plain-fieldset" }, [h("legend", "条件（こうなったら）"), conditionEditor({ condition: rule.when, parts, rules: others, disabled, change: (value) => { rule.when = value; } })]),
      h("fieldset", { class: "plain-fieldset" }, [h("legend", "動作（こうする）"), div("fields",
        field("動作", { id: "rule-action" }, (attrs) => h("select", { class: "input", disabled, value: action.kind, ...attrs, onChange: (event) => change(event.target.value) },
          parts.actions.map(([kind, said]) => h("option", { value: kind, selected: kind === action.kind }, said)))),
        queued && field("窓口", { id: "rule-queue", hint: "担当者の待ち行列の名前" }, (attrs) => [
          h("input", { class: "input", list: "rule-queues", maxlength: 30, disabled, value: action.queue, ...attrs, onInput: (event) => { action.queue = event.target.value; } }),
          h("datalist", { id: "rule-queues" }, parts.queues.map((queue) => h("option", { value: queue }))),
        ]),
        queued && selectField("優先度", { priority: String(action.priority ?? 3) }, "priority", { id: "rule-priority", disabled, choices: [["1", "1　最優先"], ["2", "2"], ["3", "3　ふつう"], ["4", "4"], ["5", "5　急がない"]], onChange: (value) => { action.priority = Number(value); } }),
        action.kind === "message" && selectField("お伝えしたあと", action, "then", { id: "rule-then", disabled, choices: [["answer", "ご質問に、続けてお答えする"], ["listen", "お客様のお話を待つ"]] })),
      action.kind === "transfer" && checkField("受付時間外でも、折り返しにせずに引き継ぐ", action, "even_if_closed", { disabled, id: "rule-closed-too" })]),
      action.kind !== "record" && linesField({ label: "お伝えする文", model: rule, name: "say", disabled, hear, hint: "1行に1文。{会社名} は会社名に置き換わります。" }),
      action.kind === "transfer" && !action.even_if_closed && linesField({ label: "受付時間外の文（空欄なら「話し方」の文）", model: rule, name: "say_closed", disabled, hear, hint: "{次の受付} は「11月24日、午前9時以降に」のように置き換わります。" }),
      h("details", { class: "more" }, [h("summary", "順番と細かい設定"), div("fields",
        numberField("順番（小さいものから見ます）", rule, "order", { id: "rule-order", min: 0, max: 9999, step: 1, disabled }),
        numberField("同じ順番どうしの重み", rule, "weight", { id: "rule-weight", min: 0, max: 1000, disabled, hint: "大きいものを先に見ます" }),
        selectField("いつ見るか", rule, "stage", { id: "rule-stage", disabled, choices: parts.stages, hint: "FAQの条件は「探したあと」に、無言の条件は「お声がないとき」にします" })),
      checkField("一つの通話で一度だけ", rule, "once", { disabled, id: "rule-once" })]));
    };
  },
});
