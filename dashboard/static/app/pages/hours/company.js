// Who the company is, as the agent says it.

import { areaField, div, textField } from "../../ui.js";

export function companyFields(draft) {
  const { content } = draft;
  const error = (name) => draft.problems.find((each) => each.field === name)?.text;
  const text = (label, name, options = {}) => textField(label, content, name, { id: `company-${name}`, disabled: !draft.editable, error: error(name), ...options });
  return div("fields",
    text("会社名", "name", { required: true, max: 60 }), text("会社名の読み", "name_reading", { max: 60 }),
    text("名乗り", "agent_name", { required: true, max: 60, hint: `「${content.agent_name || "…"}、AIが承ります。」とお伝えします。` }),
    text("録音の目的", "recording_purpose", { required: true, max: 100, hint: `「${content.recording_purpose || "…"}、通話を録音しております。」とお伝えします。` }),
    text("代表の電話番号", "phone", { max: 30 }), text("サービス", "service", { max: 100 }),
    areaField("人となり", content, "persona", {
      id: "company-persona", rows: 8, disabled: !draft.editable,
      hint: "FAQや話し方の文を書くときの手引きです。エージェントは承認された文だけをお話しするため、ここを変えても応対は変わりません。",
    }));
}
