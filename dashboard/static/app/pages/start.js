// From an empty installation to the first own answer on the telephone, in four steps. Each step knows by itself
// whether it is done: what counts is what is in the records.

import { api } from "../api.js";
import { listen } from "../live.js";
import { may, session } from "../session.js";
import { areaField, button, card, checkField, chip, div, during, every, link, loaded, notice, pageOf, problem, textField, toast, useStyle, whenLoaded } from "../ui.js";
import { defineComponent, h, onBeforeUnmount, onMounted, reactive, watch } from "../vue.js";

const TAKEN_UP_MS = 300;

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("start");
    const state = loaded(() => api.get("/api/start"));
    const company = reactive({ name: "", name_reading: "", agent_name: "", recording_purpose: "", phone: "", fresh: false });
    const entry = reactive({ category: "お問い合わせ", title: "", questions: "", spoken: "" });
    const view = reactive({ step: 0, busy: false, hearing: false, trying: false, question: "", tried: null, sound: "" });
    let draft = null;
    onMounted(state.load);
    every(4000, state.load);
    onBeforeUnmount(listen((event) => { if (event.kind === "ended") setTimeout(state.load, 1500); }));
    onBeforeUnmount(() => view.sound && URL.revokeObjectURL(view.sound));

    const done = () => [state.data?.company.done, Boolean(state.data?.own_entry), Boolean(state.data?.own_entry), Boolean(state.data?.answered)];
    watch(() => state.data, (data, before) => {
      if (!data || before) return;
      Object.assign(company, data.company, { fresh: false });
      view.step = Math.max(0, done().findIndex((each) => !each));
    });

    const nameCompany = () => during(view, "busy", async () => {
      const { name, name_reading, agent_name, recording_purpose, phone, fresh } = company;
      await api.put("/api/start/company", { name, name_reading, agent_name, recording_purpose, phone, fresh, expected_version: state.data.company.version });
      session.company = name;
      await state.load();
      company.fresh = false;
      view.step = 1;
      toast("会社のことを決めました。次の通話から、この名前でお答えします。");
    });
    const content = () => ({
      category: entry.category.trim(), title: entry.title.trim(), spoken: entry.spoken.trim(),
      questions: entry.questions.split("\n").map((line) => line.trim()).filter(Boolean),
    });
    const keepDraft = async () => {
      if (!draft) draft = (await api.post("/api/faq/entries", { content: content() }));
      else draft = await api.put(`/api/faq/entries/${draft.id}`, { content: content(), revision: draft.working?.revision ?? 0, base_version: draft.published?.version ?? 0 });
      return draft;
    };
    const hear = () => during(view, "hearing", async () => {
      const response = await api.raw("POST", "/api/speech", { text: entry.spoken });
      if (view.sound) URL.revokeObjectURL(view.sound);
      view.sound = URL.createObjectURL(await response.blob());
    });
    const goOn = () => during(view, "busy", async () => {
      await keepDraft();
      view.question = content().questions[0];
      view.tried = null;
      view.step = 2;
    });
    const tryIt = () => during(view, "trying", async () => {
      view.tried = await api.post("/api/faq/ask", { text: view.question, draft: true });
    });
    const publish = () => during(view, "busy", async () => {
      const live = await api.get("/api/faq/live");
      await api.post("/api/faq/publish", { keys: [draft.id], expected_version: live.latest, note: "はじめてのFAQ" });
      for (let tries = 0; tries < 30 && !(await api.get("/api/faq/live")).up_to_date; tries += 1) await new Promise((go) => setTimeout(go, TAKEN_UP_MS));
      await state.load();
      view.step = 3;
      toast("公開しました。いまかかっている電話にも、次の発話から反映されます。");
    });

    const steps = [
      ["会社のこと", companyStep], ["はじめてのFAQ", entryStep], ["試して公開する", tryStep], ["電話で確かめる", callStep],
    ];
    const mayTune = () => may("tuning.publish") && may("faq.publish");

    function companyStep(data) {
      return [
        h("p", "お客様がお電話をかけると、はじめにこの名前で名乗り、AIがお答えすることと、録音の目的をお伝えします。"),
        div("fields",
          textField("会社の名前", company, "name", { required: true, placeholder: "例：みなと通信" }),
          textField("読み（ひらがな）", company, "name_reading", { placeholder: "例：みなとつうしん" }),
          textField("名乗り", company, "agent_name", { required: true, placeholder: "例：みなと通信の自動音声" }),
          textField("録音の目的", company, "recording_purpose", { required: true, placeholder: "例：応対品質の向上と、ご用件の確認のため" }),
          textField("代表番号", company, "phone", { type: "tel" })),
        data.entries && !data.company.done ? notice(`いまは見本の会社のFAQ（${data.entries}件）が入っています。見本のまま試すことも、消して空から始めることもできます。`) : null,
        data.company.done ? null : checkField("見本のFAQ・ルール・ことばを消して、自分の会社で始める（履歴から元に戻せます）", company, "fresh"),
        div("row", button(company.fresh ? "見本を消して始める" : "決める", {
          kind: "primary", busy: view.busy, onClick: nameCompany,
          disabled: !company.name.trim() || !company.agent_name.trim() || !company.recording_purpose.trim(),
        }), data.company.done ? button("次へ", { onClick: () => { view.step = 1; } }) : null),
      ];
    }
    function entryStep() {
      const ready = content().title && content().spoken && content().questions.length;
      return [
        h("p", "よくあるお問い合わせを1つ、お客様の言い方で登録します。お答えは、ここに書いた文のとおりに読み上げます。"),
        div("fields",
          textField("題名", entry, "title", { required: true, placeholder: "例：営業時間" }),
          textField("分類", entry, "category", { required: true }),
          areaField("お客様の言い方（1行に1つ、3つ以上をおすすめします）", entry, "questions", {
            rows: 4, required: true, placeholder: "例：\n営業時間を教えてください\n何時まで開いていますか\n土曜日はやっていますか",
          }),
          areaField("お答え（読み上げる文）", entry, "spoken", { rows: 3, required: true, placeholder: "例：営業時間は、平日の午前9時から午後6時までです。" })),
        div("row",
          button("▶ 聞いてみる", { busy: view.hearing, disabled: !entry.spoken.trim(), onClick: hear }),
          view.sound ? h("audio", { src: view.sound, controls: true, autoplay: true, class: "hear" }) : null),
        div("row", button("次へ：試してみる", { kind: "primary", busy: view.busy, disabled: !ready, onClick: goOn })),
      ];
    }
    function tryStep(data) {
      if (!draft && data.own_entry) {
        return [h("p", `「${data.own_entry.title}」を公開しました。`), div("row", button("次へ：電話で確かめる", { kind: "primary", onClick: () => { view.step = 3; } }),
          link("FAQの一覧を開く", "/faq"))];
      }
      if (!draft) return [notice("先に、FAQを1つ登録してください。"), button("戻る", { onClick: () => { view.step = 1; } })];
      const right = view.tried?.entry?.id === draft.id;
      return [
        h("p", "お客様になったつもりで質問してみましょう。公開する前の答えを確かめられます。"),
        h("form", { class: "row", onSubmit: (event) => { event.preventDefault(); tryIt(); } }, [
          h("input", { class: "input grow", value: view.question, "aria-label": "質問", onInput: (event) => { view.question = event.target.value; } }),
          button("質問する", { type: "submit", busy: view.trying, disabled: !view.question.trim() }),
        ]),
        view.tried ? div("tried", chip(right ? "登録したFAQで答えました" : "ほかの答えになりました", right ? "good" : "waiting"), h("p", view.tried.reply)) : null,
        view.tried && !right ? notice("お客様の言い方を増やすと、見つかりやすくなります。") : null,
        div("row",
          button("公開する", { kind: "primary", busy: view.busy, onClick: publish }),
          button("直す", { onClick: () => { view.step = 1; } })),
      ];
    }
    function callStep(data) {
      if (data.answered) {
        const minutes = Math.max(1, Math.round((Date.parse(data.answered.at) - Date.parse(data.began_at)) / 60000));
        return [
          div("praise", h("p", { class: "big" }, "電話で、自分のFAQに答えました。"), h("p", minutes < 600 ? `はじめてから約${minutes}分です。` : "")),
          div("row", link("この通話の記録を見る", `/calls/${data.answered.call_id}`, "button primary"), link("なぜこう答えたかも分かります", `/calls/${data.answered.call_id}`)),
          h("h3", "次にすること"),
          h("ul", { class: "next" }, [
            may("people.manage") ? h("li", [link("いっしょに使う人を加える", "/people"), "：オペレーター、スーパーバイザー、監査担当"]) : null,
            h("li", [link("受付時間を決める", "/hours"), "：担当者がお受けする曜日と時間、祝日"]),
            h("li", [link("引き継ぎルールを決める", "/rules"), "：どんなときに担当者へつなぐか"]),
            h("li", [link("FAQをまとめて取り込む", "/faq"), "：CSV、Excel、YAML"]),
          ]),
        ];
      }
      return [
        h("p", "お手元のマイクで、実際に電話をかけて確かめます。"),
        h("ol", { class: "howto" }, [
          h("li", ["「", link("電話してみる", "/phone"), "」を開いて、「電話をかける」を押します。"]),
          h("li", "ごあいさつのあとで、登録した質問を話します。"),
          data.own_entry ? h("li", ["たとえば：", h("b", `「${data.own_entry.question}」`)]) : null,
          h("li", "お答えを聞いたら、電話を切ってここへ戻ります。"),
        ]),
        data.own_entry ? div("row", link("電話してみる", "/phone", "button primary")) : notice("先に、FAQを1つ公開してください。"),
        h("p", { class: "muted small" }, "電話を切ると、この画面がひとりでに進みます。"),
      ];
    }

    return () => pageOf("はじめかた", [], whenLoaded(state, (data) => div("start",
      h("ol", { class: "steps", "aria-label": "手順" }, steps.map(([name], index) => h("li", { key: name }, [
        h("button", {
          type: "button", class: ["step", view.step === index ? "now" : "", done()[index] ? "done" : ""],
          "aria-current": view.step === index ? "step" : undefined, onClick: () => { view.step = index; },
        }, [h("span", { class: "step-number", "aria-hidden": "true" }, done()[index] ? "✓" : String(index + 1)), name,
          done()[index] ? h("span", { class: "hidden-text" }, "（済み）") : null]),
      ]))),
      mayTune() || view.step === 3 ? card(steps[view.step][0], {}, steps[view.step][1](data))
        : problem("設定を始められるのは、スーパーバイザーと管理者です。権限のある方にお願いしてください。"))));
  },
});
