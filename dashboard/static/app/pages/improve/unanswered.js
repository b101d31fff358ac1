// Questions that nobody answered, those that ask the same together, each one click from an entry.

import { api, withQuery } from "../../api.js";
import { count, moment, percent } from "../../format.js";
import { may } from "../../session.js";
import { Dialog, button, chip, div, during, empty, link, loaded, para, selectField, span, toast, whenLoaded } from "../../ui.js";
import { defineComponent, h, onMounted, reactive } from "../../vue.js";
import { Clip } from "./clip.js";
import { AddDialog, GoldenDialog, NewDialog } from "./entries.js";
import { DAYS, MISSED, counted } from "./words.js";

const SHOWN = 4;
const textsOf = (group) => [...new Set(group.wordings.map((each) => each.text))].slice(0, 12);

export const UnansweredPane = defineComponent({
  props: { entries: Array, categories: Array },
  emits: ["count"],
  setup(props, { emit }) {
    const view = reactive({ days: "7", group: null, dialog: "", busy: false, all: new Set() });
    const found = loaded(async (fresh = false) => {
      const data = await api.get(withQuery("/api/improve/unanswered", { days: view.days, fresh: fresh || undefined }));
      emit("count", data.groups.length);
      return data;
    });
    onMounted(() => found.load());
    const open = (dialog, group) => { view.group = group; view.dialog = dialog; };
    const close = () => { view.dialog = ""; };
    const done = () => { close(); found.load(true); };
    const aside = () => during(view, "busy", async () => {
      const turns = view.group.wordings.slice(0, 100).map((each) => ({ call_id: each.call_id, turn: each.reply_turn }));
      await api.post("/api/improve/aside", { turns, wording: view.group.wordings[0].text });
      toast("対象外にしました。似た質問も、ここには出なくなります。");
      done();
    });
    const wording = (each, group) => h("li", { key: `${each.call_id}-${each.turn}`, class: "improve-wording" }, [
      h(Clip, { callId: each.call_id, turn: each.turn, text: each.text }),
      span("grow", each.text),
      each.confidence !== null && each.confidence < 0.5 ? chip(`聞き取り ${percent(each.confidence, 0)}`, "waiting") : null,
      span("muted small", MISSED[each.why]), link(moment(each.at), `/calls/${each.call_id}`, "link small"),
      may("trials.run") && button("テストの質問にする", { kind: "quiet", "aria-label": `${each.text}をテストの質問にする`, onClick: () => { view.text = each.text; open("golden", group); } }),
    ]);
    const one = (group) => {
      const every = view.all.has(group.key);
      const shown = every ? group.wordings : group.wordings.slice(0, SHOWN);
      return h("section", { class: "card improve-group", key: group.key, "aria-label": group.title }, [
        div("card-head",
          div("row", h("h2", group.title), chip(`${count(group.count)}回`, group.in_draft ? "" : "bad"), span("muted small", `${count(group.calls)}件の通話、最後は${moment(group.last_at)}`), group.in_draft ? chip("下書きで回答できます（公開待ち）", "good") : null),
          div("actions", may("faq.edit") && [
            button("FAQに追加", { kind: "primary", "aria-label": `${group.title}をFAQに追加`, onClick: () => open("add", group) }),
            button("新しいFAQにする", { "aria-label": `${group.title}を新しいFAQにする`, onClick: () => open("new", group) }),
            button("対象外にする", { kind: "quiet", "aria-label": `${group.title}を対象外にする`, onClick: () => open("aside", group) }),
          ])),
        h("ul", { class: "improve-list" }, shown.map((each) => wording(each, group))),
        group.wordings.length > SHOWN ? button(every ? "少なく表示" : `ほかの${group.wordings.length - SHOWN}件も表示`, { kind: "quiet", onClick: () => { every ? view.all.delete(group.key) : view.all.add(group.key); } }) : null,
        div("row small", span("muted", "近い項目："), group.nearest.length ? group.nearest.map((each) => div("row tight", link(each.title, `/faq/${each.entry_id}`), span("muted", percent(each.score, 0)))) : span("muted", "ありません")),
        span("muted small", counted(group.why, MISSED)),
      ]);
    };
    const body = (data) => div("stack",
      para("muted small", `${count(data.calls)}件の通話から、回答できなかった質問 ${count(data.questions)}件。いまのFAQで回答できるもの ${count(data.answered_now)}件と、対象外 ${count(data.set_aside)}件は除いています。`),
      data.groups.length ? data.groups.map(one) : empty("回答できなかった質問はありません。期間を長くすると、さかのぼって調べられます。"));
    return () => div("stack",
      div("row end", selectField("期間", view, "days", { choices: DAYS, onChange: () => found.load() }), button("調べ直す", { busy: found.busy, onClick: () => found.load(true) })),
      found.busy && !found.data ? para("loading", "通話の記録を調べています。しばらくお待ちください…") : whenLoaded(found, body),
      h(AddDialog, { open: view.dialog === "add", texts: view.group ? textsOf(view.group) : [], nearest: view.group?.nearest ?? [], entries: props.entries, onClose: close, onDone: done }),
      h(NewDialog, { open: view.dialog === "new", texts: view.group ? textsOf(view.group) : [], title: view.group?.title ?? "", category: props.entries.find((each) => each.id === view.group?.nearest[0]?.entry_id)?.category ?? "", categories: props.categories, onClose: close }),
      h(GoldenDialog, { open: view.dialog === "golden", text: view.text ?? "", nearest: view.group?.nearest ?? [], entries: props.entries, onClose: close }),
      h(Dialog, { open: view.dialog === "aside", title: "対象外にする", onClose: close }, {
        default: () => para("", `「${view.group?.title}」の質問 ${view.group?.count}件を対象外にします。似た質問も、この一覧に出なくなります。回答の内容は変わりません。`),
        actions: () => [button("やめる", { onClick: close }), button("対象外にする", { kind: "danger", busy: view.busy, onClick: aside })],
      }));
  },
});
