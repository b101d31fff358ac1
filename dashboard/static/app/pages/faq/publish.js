// Publishing: what changes, what the tests say, a note, and now or later.

import { entryChanges } from "./diff.js";
import { tellWhenLive } from "./live.js";
import { api } from "../../api.js";
import { moment } from "../../format.js";
import { Dialog, button, div, field, link, notice, para, problem, textField, toast, whenLoaded, loaded } from "../../ui.js";
import { computed, defineComponent, h, reactive, watch } from "../../vue.js";

/** The moment that a datetime-local field means, in Japan's time. */
export const inJapan = (text) => `${text.length === 16 ? `${text}:00` : text}+09:00`;

/** props: open; keys: ids of the changes (null: all, to choose from). Emits close, and done with what came of it. */
export const PublishDialog = defineComponent({
  props: { open: Boolean, keys: Array },
  emits: ["close", "done"],
  setup(props, { emit }) {
    const form = reactive({ note: "", reason: "", when: "now", at: "", needsReason: false, busy: false, refused: "" });
    const left = reactive(new Set());
    const proposal = loaded(() => api.post("/api/faq/proposal", { keys: props.keys ?? null }));
    const chosen = computed(() => (proposal.data?.keys ?? []).filter((key) => !left.has(key)));
    const stopped = computed(() => {
      const data = proposal.data;
      if (!data) return true;
      return !chosen.value.length || chosen.value.some((key) => data.problems[key] || data.stale.includes(key));
    });

    watch(() => props.open, (open) => {
      if (!open) return;
      Object.assign(form, { note: "", reason: "", when: "now", at: "", needsReason: false, refused: "" });
      left.clear();
      proposal.data = null;
      proposal.load();
    });

    async function publish() {
      form.busy = true;
      form.refused = "";
      const body = { keys: chosen.value, expected_version: proposal.data.version, note: form.note, reason: form.reason };
      try {
        if (form.when === "later") {
          const plan = await api.post("/api/faq/plans", { ...body, at: inJapan(form.at) });
          toast(`${moment(plan.at)} に公開する予約をしました。「公開の履歴」で取り消せます。`);
          emit("done", plan);
        } else {
          const done = await api.post("/api/faq/publish", body);
          tellWhenLive(done.version);
          emit("done", done);
        }
      } catch (error) {
        form.refused = error.message;
        form.needsReason = Boolean(error.body?.needs_reason) || form.needsReason;
      } finally {
        form.busy = false;
      }
    }

    const choose = (key) => h("input", {
      type: "checkbox", checked: !left.has(key), "aria-label": "この変更を公開する",
      onClick: (event) => event.stopPropagation(),
      onChange: (event) => { if (event.target.checked) left.delete(key); else left.add(key); },
    });
    const isWhole = (data) => chosen.value.length === data.keys.length;
    const golden = (data) => {
      if (!data.entries.length) return null;
      if (!data.golden || !isWhole(data)) return notice(["この内容の公開前テストは、まだ行っていません。", link("テストする", "/trials")]);
      if (data.golden.regressions) return problem(`公開前テストで、${data.golden.regressions}件の質問が悪くなっています（${moment(data.golden.finished_at)}）。公開する場合は、理由をご記入ください。`, link("結果を見る", "/trials"));
      return notice(`公開前テストは、悪くなった質問なしで終わっています（${moment(data.golden.finished_at)}）。`, "good");
    };
    const problems = (data) => [
      ...Object.entries(data.problems).filter(([key]) => !left.has(key)).map(([key, found]) => problem(
        `「${key}」に直すところがあります：${found.map((each) => `${each.label}（${each.message}）`).join("、")}`,
        link("編集する", `/faq/${key}`), data.keys.length > 1 && button("今回は公開しない", { onClick: () => left.add(key) }))),
      ...data.stale.filter((key) => !left.has(key)).map((key) => problem(
        `「${key}」は、変更を始めたあとに公開し直されています。編集画面で両方を見くらべてください。`, link("編集する", `/faq/${key}`),
        data.keys.length > 1 && button("今回は公開しない", { onClick: () => left.add(key) }))),
    ];
    const needsReason = (data) => form.needsReason || Boolean(isWhole(data) && data.golden?.regressions);
    const body = (data) => (!data.keys.length ? para("muted", "公開する変更はありません。") : div("stack",
      problems(data),
      golden(data),
      para("muted", `公開中は第${data.version}版です。${chosen.value.length}件の変更を公開します。`),
      entryChanges(data.entries, { extra: (entry) => (data.keys.length > 1 ? choose(entry.id) : null) }),
      textField("覚え書き", form, "note", { hint: "あとで見て、なぜ変えたかがわかるように。", max: 500, placeholder: "例：4月の料金改定" }),
      needsReason(data) && textField("悪くなる質問があっても公開する理由", form, "reason", { required: true, max: 500, hint: "監査ログに残ります。" }),
      h("fieldset", { class: "when" }, [
        h("legend", "公開する時"),
        ...[["now", "いますぐ"], ["later", "日時を決めて"]].map(([value, said]) => h("label", { class: "check" }, [
          h("input", { type: "radio", name: "when", checked: form.when === value, onChange: () => { form.when = value; } }), said])),
        form.when === "later" && field("公開する日時（日本時間）", { id: "publish-at" }, (attrs) => h("input", {
          type: "datetime-local", class: "input", value: form.at, ...attrs, onInput: (event) => { form.at = event.target.value; } })),
      ]),
      problem(form.refused),
    ));

    return () => h(Dialog, { open: props.open, title: "変更の公開", wide: true, onClose: () => emit("close") }, {
      default: () => whenLoaded(proposal, body),
      actions: () => [
        button("やめる", { onClick: () => emit("close") }),
        button(form.when === "later" ? "予約する" : "公開する", {
          kind: "primary", busy: form.busy, onClick: publish,
          disabled: stopped.value || (form.when === "later" && !form.at) || (proposal.data && needsReason(proposal.data) && !form.reason.trim()),
        }),
      ],
    });
  },
});
