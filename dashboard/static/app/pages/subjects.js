// A person asks for their data: find it, hand it out, or erase it. Each step asks for its reason and is kept.

import { api } from "../api.js";
import { clock, count, moment } from "../format.js";
import { areaField, button, card, Dialog, div, during, link, notice, pageOf, table, textField, toast } from "../ui.js";
import { defineComponent, h, reactive } from "../vue.js";

const CONFIRMATION = "消去する";

export default defineComponent({
  props: { values: Object },
  setup() {
    const person = reactive({ number: "", names: "", since: "", until: "" });
    const view = reactive({ calls: null, chosen: new Set(), searching: false, exporting: false, erasing: false, asking: "", reason: "", word: "" });

    const search = () => during(view, "searching", async () => {
      const names = person.names.split(/[\s、,]+/).filter(Boolean);
      const found = await api.post("/api/subjects/search", { number: person.number, names, since: person.since || null, until: person.until || null });
      view.calls = found.calls;
      view.chosen = new Set(found.calls.map((call) => call.id));
    });
    const request = () => ({ call_ids: [...view.chosen], reason: view.reason });
    const hand = () => during(view, "exporting", async () => {
      const response = await api.raw("POST", "/api/subjects/export", request());
      const file = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "disclosure.zip";
      const address = URL.createObjectURL(await response.blob());
      Object.assign(document.createElement("a"), { href: address, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
      view.asking = "";
      toast("開示用のファイルを書き出しました。お渡しの方法にご注意ください。");
    });
    const erase = () => during(view, "erasing", async () => {
      const subject = person.number.trim() || person.names.trim();
      const done = await api.post("/api/subjects/erase", { ...request(), subject, confirmation: view.word });
      view.asking = "";
      const left = [done.held.length && `法的保全中 ${done.held.length}件`, done.running.length && `通話中 ${done.running.length}件`].filter(Boolean);
      toast(`${count(done.erased)}件を消去しました。${left.length ? `残したもの：${left.join("、")}。` : ""}証跡 ${done.proof}`);
      await search();
    });
    const ask = (what) => { view.reason = ""; view.word = ""; view.asking = what; };
    const choose = (id, on) => { const next = new Set(view.chosen); if (on) next.add(id); else next.delete(id); view.chosen = next; };

    const results = () => card("該当する通話", {
      actions: view.calls.length ? [
        button("開示用に書き出す", { kind: "primary", disabled: !view.chosen.size, onClick: () => ask("export") }),
        button("消去する", { kind: "danger", disabled: !view.chosen.size, onClick: () => ask("erase") }),
      ] : [],
    }, table([
      { name: "pick", label: "対象", cell: (row) => h("input", {
        type: "checkbox", checked: view.chosen.has(row.id), "aria-label": `${moment(row.started_at)}の通話を対象にする`,
        onChange: (event) => choose(row.id, event.target.checked),
      }) },
      { name: "started_at", label: "日時", cell: (row) => link(moment(row.started_at), `/calls/${encodeURIComponent(row.id)}`) },
      { name: "caller_number", label: "発信番号", cell: (row) => row.caller_number || "非通知" },
      { name: "duration_s", label: "長さ", kind: "number", cell: (row) => clock(row.duration_s) },
      { name: "turn_count", label: "やりとり", kind: "number", cell: (row) => `${row.turn_count}回` },
      { name: "recording", label: "録音", cell: (row) => (row.has_recording ? "あり" : "なし") },
    ], view.calls, { empty: "該当する通話はありません。別の表記や、期間を広げてお試しください。" }));

    return () => pageOf("ご本人からの請求", [],
      notice("開示・消去のご請求に応じるための画面です。検索も書き出しも消去も、すべて理由とともに監査ログに残ります。"),
      card("ご本人の通話を探す", {}, h("form", { class: "stack", onSubmit: (event) => { event.preventDefault(); search(); } }, [
        div("fields",
          textField("電話番号", person, "number", { type: "tel", hint: "ハイフンはあってもなくてもかまいません。" }),
          textField("お名前の表記", person, "names", { hint: "漢字・ひらがな・カタカナを、空白で区切って並べてください。どれかに当たる通話を探します。" }),
          textField("いつから", person, "since", { type: "date" }),
          textField("いつまで", person, "until", { type: "date" })),
        div("row", button("探す", { kind: "primary", type: "submit", busy: view.searching })),
      ])),
      view.calls ? results() : null,
      h(Dialog, { open: view.asking === "export", title: "開示用に書き出します", onClose: () => { view.asking = ""; } }, {
        default: () => [
          h("p", `${view.chosen.size}件の通話を、会話の全文と録音をふくむZIPにまとめます。個人情報がそのまま入ります。`),
          areaField("理由", view, "reason", { rows: 2, required: true, hint: "請求の受付番号など（5文字以上）。" }),
        ],
        actions: () => [
          button("やめる", { onClick: () => { view.asking = ""; } }),
          button("書き出す", { kind: "primary", busy: view.exporting, disabled: view.reason.trim().length < 5, onClick: hand }),
        ],
      }),
      h(Dialog, { open: view.asking === "erase", title: "消去します", onClose: () => { view.asking = ""; } }, {
        default: () => [
          h("p", `${view.chosen.size}件の通話を、録音ごと消去します。元に戻せません。消去したことの証跡だけが残ります。`),
          areaField("理由", view, "reason", { rows: 2, required: true, hint: "請求の受付番号など（5文字以上）。" }),
          textField(`確認のため「${CONFIRMATION}」と入力してください`, view, "word", { required: true }),
        ],
        actions: () => [
          button("やめる", { onClick: () => { view.asking = ""; } }),
          button("消去する", { kind: "danger", busy: view.erasing, disabled: view.word !== CONFIRMATION || view.reason.trim().length < 5, onClick: erase }),
        ],
      }));
  },
});
