// 受付時間と会社: the week, the days that differ, what holds on any date, and who the company is.

import { useDraft } from "./tuning/draft.js";
import { DraftBar } from "./tuning/bar.js";
import { companyFields } from "./hours/company.js";
import { Calendar } from "./hours/calendar.js";
import { specialDays } from "./hours/special.js";
import { weekGrid } from "./hours/week.js";
import { checkField, card, div, loading, pageOf, para, tabs, useStyle } from "../ui.js";
import { defineComponent, h, reactive } from "../vue.js";

export const DAYS = [["mon", "月"], ["tue", "火"], ["wed", "水"], ["thu", "木"], ["fri", "金"], ["sat", "土"], ["sun", "日"]];
const shape = (content) => ({
  ...content, opening_hours: { ...Object.fromEntries(DAYS.map(([day]) => [day, "closed"])), ...content.opening_hours },
  holidays_closed: content.holidays_closed ?? true, closed_dates: [...(content.closed_dates ?? [])].sort(), open_dates: { ...content.open_dates },
  vip_numbers: [...(content.vip_numbers ?? [])], blocked_numbers: [...(content.blocked_numbers ?? [])],
});

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("tuning");
    const draft = useDraft("company", shape);
    const view = reactive({ tab: "week", from: "", to: "", what: "closed", open: "10:00", close: "15:00" });
    return () => pageOf("受付時間と会社", [],
      h(DraftBar, { draft }),
      draft.content === null ? (draft.error ? null : loading()) : [
        tabs("内容", view, "tab", [["week", "受付時間"], ["company", "会社"], ["numbers", "電話番号の扱い"]]),
        view.tab === "week" && para("muted", "担当者がいる時間です。自動音声は、いつでもお受けします。臨時のお休み、臨時の受付、祝日、曜日の順に優先されます。"),
        view.tab === "week" && div("columns hours-columns",
          div("stack",
            card("曜日ごと", {}, weekGrid(draft, DAYS),
              checkField("祝日と振替休日はお休み", draft.content, "holidays_closed", { disabled: !draft.editable })),
            specialDays(draft, view)),
          h(Calendar, { draft })),
        view.tab === "company" && card("会社", {}, companyFields(draft)),
        view.tab === "numbers" && card("電話番号の扱い", {}, numbers(draft)),
      ]);
  },
});

function numbers(draft) {
  const list = (name, label, hint) => {
    const id = `numbers-${name}`;
    const error = draft.problems.find((each) => each.field.startsWith(name))?.text;
    return div("field", h("label", { for: id }, label),
      h("textarea", {
        id, class: "input", rows: 6, disabled: !draft.editable, value: draft.content[name].join("\n"), placeholder: "03-0000-0000", "aria-describedby": `${id}-hint`,
        onChange: (event) => { draft.content[name] = event.target.value.split(/[\s、,]+/).filter(Boolean); },
      }), h("p", { class: "hint", id: `${id}-hint` }, hint), error && h("p", { class: "field-error" }, error));
  };
  return div("fields", list("vip_numbers", "重要なお客様の番号", "1行に1つ。「重要なお客様」のルールで使います。"),
    list("blocked_numbers", "お取り次ぎしない番号", "1行に1つ。「お取り次ぎしない番号」のルールで使います。"));
}
