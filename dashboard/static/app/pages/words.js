// ことばと読み: which words the recogniser listens for, and how the voice reads them.

import { useDraft } from "./tuning/draft.js";
import { DraftBar } from "./tuning/bar.js";
import { useVoice } from "./tuning/hear.js";
import { wordTable } from "./words/table.js";
import { card, div, loading, pageOf, para, tabs, textField, useStyle } from "../ui.js";
import { defineComponent, h, reactive } from "../vue.js";

const shape = (content) => ({ entries: (content.entries ?? []).map((entry) => ({ ...entry })) });
const WEIGHTS = [["0", "0　寄せない"], ["1", "1　少し寄せる"], ["2", "2　寄せる"], ["3", "3　強く寄せる"]];
const VOCABULARY = [
  { name: "surface", label: "語", hint: "お客様が言う語" },
  { name: "reading", label: "読み", hint: "かな。聞き違いを直すのに使います" },
  { name: "weight", label: "強さ", choices: WEIGHTS },
  { name: "display", label: "表示", hint: "記録での書き方。空欄なら語のまま" },
];
const DICTIONARY = [
  { name: "surface", label: "表記", hint: "文の中の書き方" },
  { name: "reading", label: "読み", hint: "かな。のばす音は「ー」" },
];

export default defineComponent({
  props: { values: Object },
  setup() {
    useStyle("tuning");
    const vocabulary = useDraft("vocabulary", shape);
    const dictionary = useDraft("dictionary", shape);
    const hear = useVoice();
    const view = reactive({ tab: "vocabulary", find: "", page: 0, sentence: "" });
    const readings = () => dictionary.content.entries.filter((each) => each.surface?.trim() && each.reading?.trim())
      .map(({ surface, reading }) => ({ surface: surface.trim(), reading: reading.trim() }));
    const mine = (surface) => readings().filter((each) => each.surface === surface.trim());
    const inSentence = (text) => readings().filter((each) => text.includes(each.surface)).slice(0, 500);
    const draft = () => (view.tab === "vocabulary" ? vocabulary : dictionary);

    const tester = () => card("文で確かめる", { actions: [hear("ためしの文", () => view.sentence, { entries: () => inSentence(view.sentence), disabled: !view.sentence.trim() })] },
      textField("ためしの文", view, "sentence", { id: "words-sentence", wide: true, max: 300, placeholder: "例：みなと光の工事費は16,500円です。", hint: "まだ公開していない読みでも、お客様に聞こえるとおりにお聞きいただけます。" }));
    return () => pageOf("ことばと読み", [],
      tabs("内容", view, "tab", [["vocabulary", "認識することば", vocabulary.content?.entries.length], ["dictionary", "読みの辞書", dictionary.content?.entries.length]]),
      h(DraftBar, { draft: draft(), key: view.tab }),
      draft().content === null ? (draft().error ? null : loading()) : div("stack",
        view.tab === "vocabulary"
          ? para("muted", "お客様のお話から聞き取りたい、会社や商品の名前です。FAQの項目にある語も、あわせて使います。")
          : para("muted", "お話しする文の中に表記を見つけると、その読みでお話しします。長い表記が先に当たります。"),
        view.tab === "dictionary" && tester(),
        wordTable(draft(), view, view.tab === "vocabulary" ? VOCABULARY : DICTIONARY,
          view.tab === "dictionary" ? (entry) => hear(`「${entry.surface || "新しい語"}」`, entry.surface, { entries: () => mine(entry.surface), label: "聞く", disabled: !entry.surface?.trim() || !entry.reading?.trim() }) : null)));
  },
});
