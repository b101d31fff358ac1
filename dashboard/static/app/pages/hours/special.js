// Days that differ: closed out of turn (a range at once, as at the turn of the year), or open with hours of their own.

import { button, card, chip, div, notice, span } from "../../ui.js";
import { h } from "../../vue.js";

const DATE = new Intl.DateTimeFormat("ja-JP", { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric", weekday: "short" });
export const dateText = (iso) => DATE.format(new Date(`${iso}T00:00:00Z`));
const next = (iso) => new Date(Date.parse(`${iso}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
const MOST_DAYS = 62;

export function specialDays(draft, view) {
  const { content } = draft;
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const add = () => {
    let day = view.from;
    for (let number = 0; number < MOST_DAYS && day && day <= (view.to || view.from); number += 1) {
      content.closed_dates = content.closed_dates.filter((each) => each !== day);
      delete content.open_dates[day];
      if (view.what === "closed") content.closed_dates = [...content.closed_dates, day].sort();
      else content.open_dates[day] = `${view.open}-${view.close === "00:00" ? "24:00" : view.close}`;
      day = next(day);
    }
    view.from = "";
    view.to = "";
  };
  const remove = (day) => { content.closed_dates = content.closed_dates.filter((each) => each !== day); delete content.open_dates[day]; };
  const days = [...content.closed_dates.map((day) => [day, ""]), ...Object.entries(content.open_dates)].sort();
  const coming = days.filter(([day]) => day >= today);
  const wrong = view.to && view.from && view.to < view.from;
  const input = (type, name, label) => h("input", { type, class: `input ${type}`, "aria-label": label, value: view[name], onInput: (event) => { view[name] = event.target.value; } });
  const errors = draft.problems.filter((each) => each.field.startsWith("open_dates") || each.field.startsWith("closed_dates"));
  return card("臨時のお休みと受付", {},
    draft.editable && div("row special-form",
      input("date", "from", "初日"), "～", input("date", "to", "最終日（1日だけなら空欄）"),
      h("select", { class: "input what", "aria-label": "お休みか受付か", value: view.what, onChange: (event) => { view.what = event.target.value; } },
        [h("option", { value: "closed" }, "お休み"), h("option", { value: "open" }, "受け付ける")]),
      view.what === "open" && [input("time", "open", "始まり"), "～", input("time", "close", "終わり")],
      button("加える", { disabled: !view.from || wrong, onClick: add })),
    wrong && h("p", { class: "field-error" }, "最終日は、初日よりあとの日をお選びください。"),
    errors.map((each) => h("p", { class: "field-error", key: each.text }, each.text)),
    draft.warnings.map((each) => notice(each.text)),
    coming.length ? h("ul", { class: "day-list" }, coming.map(([day, span_]) => h("li", { key: day }, [
      chip(span_ ? "受付" : "お休み", span_ ? "good" : "waiting"), h("span", { class: "grow" }, [dateText(day), span_ && span("muted", `　${span_.replace("-", "～")}`)]),
      draft.editable && button("消す", { kind: "quiet", "aria-label": `${dateText(day)}を消す`, onClick: () => remove(day) }),
    ]))) : h("p", { class: "muted" }, "これからの日はありません。年末年始や臨時の休業を加えてください。"),
    days.length > coming.length && span("small muted", `過ぎた日が${days.length - coming.length}件あります。`));
}
