// One entry at work: written, heard, asked, kept apart until it is published.

import { answerCard, remarkList, wrongWith } from "./faq/answer.js";
import { AskPanel } from "./faq/ask.js";
import { changesBetween, fieldChanges } from "./faq/diff.js";
import { EntryDraft } from "./faq/draft.js";
import { lineList, termList } from "./faq/lists.js";
import { PublishDialog } from "./faq/publish.js";
import { AUDIENCES, MODES, STATES, VALIDITY } from "./faq/words.js";
import { api } from "../api.js";
import { moment } from "../format.js";
import { go, guardLeaving } from "../router.js";
import { may } from "../session.js";
import { Voice } from "../sound/hear.js";
import {
  Dialog, button, card, checkField, chip, div, during, field, link, loaded, loading, numberField, pageOf, para, problem, selectField, span,
  textField, toast, useStyle, whenLoaded,
} from "../ui.js";
import { computed, defineComponent, h, onBeforeUnmount, onMounted, reactive } from "../vue.js";

const SAVING = { clean: "保存済み", waiting: "入力中…", saving: "保存しています…", failed: "保存できていません" };

export default defineComponent({
  props: { values: Object },
  setup(props) {
    useStyle("faq");
    const draft = new EntryDraft(props.values.id);
    const { shown } = draft;
    const voice = new Voice();
    const view = reactive({ publish: false, compare: false, remove: false, busy: false, question: null });
    const categories = loaded(() => api.get("/api/faq"));
    const plans = loaded(() => api.get("/api/plans"));
    const versions = loaded(() => api.get(`${draft.path}/versions`));
    const locked = computed(() => !may("faq.edit") || shown.told?.state === "deleted");
    const changed = () => draft.changed();

    onMounted(() => {
      draft.load();
      categories.load();
      versions.load();
      plans.load();
      guardLeaving(() => (draft.unsaved ? "まだ保存されていない変更があります。この画面を離れますか？" : ""));
    });
    onBeforeUnmount(() => { guardLeaving(null); draft.stop(); voice.stop(); });

    const putBack = (path, done) => during(view, "busy", async () => {
      const told = await api.remove(path, { revision: shown.told.working?.revision ?? 0 });
      draft.stop();
      shown.saving = "clean";
      view.remove = false;
      toast(done);
      if (told) draft.take(told, true); else go("/faq");
    });
    const discard = () => putBack(`${draft.path}/working`, "変更を取り消しました。");
    const remove = () => putBack(draft.path, shown.told.published ? "削除を予定しました。公開すると、応対に使われなくなります。" : "取り除きました。");
    const publish = async () => { if (await draft.save()) view.publish = true; };
    const published = () => { view.publish = false; draft.load(); versions.load(); plans.load(); };
    const rebase = () => { view.compare = false; shown.saving = "waiting"; draft.save(shown.told.working?.revision ?? 0, shown.told.published.version); };
    const tryOut = (text) => { view.question = { text, at: Date.now() }; };

    const c = () => shown.content;
    const duplicate = (text) => (text && c().questions.filter((each) => each.trim() === text.trim()).length > 1 ? "同じ質問がこの項目にもうひとつあります。" : "");
    const nameCard = () => card("", { label: "タイトルとカテゴリ" },
      div("fields",
        textField("タイトル", c(), "title", { required: true, disabled: locked.value, onInput: changed, error: wrongWith(shown.review, "title") }),
        textField("カテゴリ", c(), "category", { required: true, disabled: locked.value, onInput: changed, attrs: { list: "known-categories" }, error: wrongWith(shown.review, "category") })),
      h("datalist", { id: "known-categories" }, (categories.data?.categories ?? []).map((each) => h("option", { value: each.name }))));
    const questionCard = () => card("お客様のたずね方", { actions: [span("muted small", `${c().questions.length}件`)] },
      wrongWith(shown.review, "questions") && para("field-error", wrongWith(shown.review, "questions")),
      lineList(c().questions, {
        name: "question", label: "たずね方", changed, disabled: locked.value, wrong: duplicate,
        extra: (text) => (text.trim() ? button("試す", { kind: "quiet", "aria-label": `「${text}」を質問してみる`, onClick: () => tryOut(text) }) : null),
      }),
      remarkList(shown.review, ["questions"]));
    const dateField = (label, name) => field(label, { id: `d-${name}`, error: wrongWith(shown.review, name) }, (attrs) => h("input", {
      type: "date", class: "input", value: c()[name] ?? "", disabled: locked.value, ...attrs, onInput: (event) => { c()[name] = event.target.value || null; changed(); },
    }));
    const conditionCard = () => card("使い方", {},
      div("fields",
        selectField("対象", c(), "audience", { choices: AUDIENCES, disabled: locked.value, onChange: changed }),
        dateField("この日から", "valid_from"), dateField("この日まで", "valid_until"),
        selectField("話し方", c(), "mode", { choices: MODES, disabled: locked.value, onChange: changed }),
        numberField("答える確からしさ（0〜1）", c(), "answer_at", { min: 0, max: 1, step: 0.01, disabled: locked.value, onInput: changed, hint: "空欄なら会社の設定どおりです。", error: wrongWith(shown.review, "answer_at") })),
      div("row", checkField("答えたあと、担当者へつなぐ", c(), "escalate", { disabled: locked.value, onChange: changed }), checkField("応対に使う", c(), "enabled", { disabled: locked.value, onChange: changed })),
      remarkList(shown.review, ["valid_until"]));
    const wordCard = () => card("語彙と読み", {}, termList(c().vocabulary, { changed, disabled: locked.value }), wrongWith(shown.review, "vocabulary") && para("field-error", wrongWith(shown.review, "vocabulary")), remarkList(shown.review, ["vocabulary"]));
    const negativeCard = () => card("似ているが、違う質問", {},
      para("hint", "ここに書いたたずね方では、この項目は答えません。"),
      lineList(c().negatives, { name: "negative", label: "違う質問", changed, disabled: locked.value, extra: (text) => (text.trim() ? button("試す", { kind: "quiet", "aria-label": `「${text}」を質問してみる`, onClick: () => tryOut(text) }) : null) }),
      remarkList(shown.review, ["negatives"]));
    const versionCard = () => card("この項目の履歴", {}, whenLoaded(versions, (told) => (told.length ? h("ol", { class: "history" }, told.map((each, place) => h("li", { key: each.version }, [
      h("details", [
        h("summary", [`第${each.version}版　${moment(each.published_at)}　${each.author}`, each.note && span("muted", `「${each.note}」`)]),
        fieldChanges(changesBetween(told[place + 1]?.content, each.content), { before: "前の版", after: "この版" }),
      ]),
    ]))) : para("muted", "まだ公開されていません。"))));

    const conflictDialog = () => h(Dialog, { open: Boolean(shown.conflict), title: "ほかの方の変更があります", wide: true, onClose: () => draft.decideLater() }, {
      default: () => (shown.conflict ? div("stack", para("", shown.conflict.sentence), shown.conflict.newest
        ? fieldChanges(changesBetween(shown.conflict.newest.content, draft.cleaned()), { before: `${shown.conflict.newest.changed_by}さんの内容（${moment(shown.conflict.newest.changed_at)}）`, after: "あなたの内容" })
        : para("", "いまは、公開前の変更がありません（公開されたか、取り消されました）。")) : null),
      actions: () => [button("相手の内容を使う", { onClick: () => draft.takeTheirs() }), button("自分の内容で保存する", { kind: "primary", onClick: () => draft.keepMine() })],
    });
    const compareDialog = () => h(Dialog, { open: view.compare, title: "公開中の内容との違い", wide: true, onClose: () => { view.compare = false; } }, {
      default: () => fieldChanges(changesBetween(shown.told?.published, draft.cleaned())),
      actions: () => (shown.told?.stale && shown.told.published ? [
        button("公開中の内容を使う", { onClick: () => { view.compare = false; discard(); } }), button("自分の内容で続ける", { kind: "primary", onClick: rebase }),
      ] : [button("閉じる", { onClick: () => { view.compare = false; } })]),
    });
    const removeDialog = () => h(Dialog, { open: view.remove, title: "この項目の削除", onClose: () => { view.remove = false; } }, {
      default: () => para("", shown.told?.published ? "削除を予定します。公開するまでは、これまでどおり答えます。公開の履歴から元に戻すこともできます。" : "この項目はまだ公開されていません。取り除くと、元に戻せません。"),
      actions: () => [button("やめる", { onClick: () => { view.remove = false; } }), button(shown.told?.published ? "削除を予定する" : "取り除く", { kind: "danger", busy: view.busy, onClick: remove })],
    });

    const actions = (told) => [
      chip(...STATES[told.state]), VALIDITY[told.validity] && chip(...VALIDITY[told.validity]),
      may("faq.edit") && h("span", { class: shown.saving === "failed" ? "saving bad" : "saving", role: "status" }, SAVING[shown.saving]),
      told.changes.length > 0 && told.published && told.state !== "deleted" && button("違いを見る", { onClick: () => { view.compare = true; } }),
      may("faq.edit") && told.working && told.published && button("変更を取り消す", { busy: view.busy, onClick: discard }),
      may("faq.edit") && told.state !== "deleted" && button("削除…", { onClick: () => { view.remove = true; } }),
      may("faq.publish") && button("公開…", { kind: "primary", disabled: !told.working && shown.saving === "clean", onClick: publish }),
    ].filter(Boolean);
    const planned = () => (plans.data ?? []).filter((plan) => plan.state === "waiting" && plan.kind === "faq" && plan.entries.some((each) => each.id === draft.id));
    const notices = (told) => [
      ...planned().map((plan) => h("p", { class: "notice", key: plan.id }, [`${plan.author}さんが予約した内容が、${moment(plan.at)}に公開されます。このあとの変更は、その公開には含まれません。`, link("予約を見る", "/publications?kind=plans")])),
      problem(shown.error),
      told.stale && problem("変更を始めたあとに、この項目が公開し直されました。両方を見くらべて、どちらを使うかお選びください。", button("見くらべる", { onClick: () => { view.compare = true; } })),
      told.state === "deleted" && problem("この項目は、次の公開で削除されます。続けて使う場合は「変更を取り消す」を押してください。"),
      shown.review?.problems.length > 0 && h("p", { class: "notice", role: "status" }, `公開までに直すところ：${shown.review.problems.map((each) => each.label).join("、")}`),
    ];

    return () => {
      if (!shown.told) return pageOf("FAQの編集", [], shown.error ? problem(shown.error, link("一覧に戻る", "/faq")) : loading());
      return pageOf(c().title || "（タイトル未記入）", actions(shown.told),
        para("small", link("← FAQの一覧", "/faq"), span("muted", `　${draft.id}　`), shown.told.working && span("muted", `${shown.told.working.changed_by}さんが${moment(shown.told.working.changed_at)}に変更`)),
        notices(shown.told),
        div("columns wide-narrow faq-editor",
          div("stack", nameCard(), answerCard({ content: c(), review: shown.review, voice, changed, disabled: locked.value }), questionCard(), conditionCard(), wordCard(), negativeCard()),
          div("stack beside", h(AskPanel, { entry: draft.id, changed: Boolean(shown.told.working) || shown.saving !== "clean", keep: () => draft.save(), question: view.question }), versionCard())),
        conflictDialog(), compareDialog(), removeDialog(),
        h(PublishDialog, { open: view.publish, keys: [draft.id], onClose: () => { view.publish = false; }, onDone: published }));
    };
  },
});
