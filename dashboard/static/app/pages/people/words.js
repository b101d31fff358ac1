// What roles and rights are called, and what each role is for.

export const ROLES = [
  ["operator", "オペレーター"], ["supervisor", "スーパーバイザー"], ["auditor", "監査担当"], ["administrator", "管理者"],
];
export const ROLE_HINTS = {
  operator: "通話を受け、引き継ぎ、記録をつけます。",
  supervisor: "オペレーターの仕事に加えて、FAQや話し方を直して公開し、数字を見ます。",
  auditor: "記録と監査ログを見ます。何も変えられません。",
  administrator: "利用者、APIキー、データの扱いを含め、すべてを行えます。",
};

/** Rights that a key can have, in groups. The values are the scopes. */
export const SCOPE_GROUPS = [
  ["通話", [
    ["live.read", "進行中の通話を見る"], ["live.listen", "進行中の通話を聞く"], ["calls.read", "通話履歴を見る（個人情報は伏せて）"],
    ["calls.play", "録音を聞く"], ["calls.export", "通話記録を書き出す"], ["personal.unmask", "個人情報を伏せずに見る（理由が必要）"],
    ["desk.work", "応対デスクで働く"], ["floor.supervise", "ほかの人の通話を支援する"],
  ]],
  ["FAQと設定", [
    ["faq.read", "FAQを見る・検索する"], ["faq.propose", "FAQの案を作る"], ["faq.edit", "FAQを編集する"], ["faq.publish", "FAQを公開する"],
    ["tuning.read", "ルールや話し方を見る"], ["tuning.edit", "ルールや話し方を編集する"], ["tuning.publish", "ルールや話し方を公開する"], ["trials.run", "公開前テストを行う"],
  ]],
  ["数字と文字の窓口", [
    ["figures.read", "数字を見る"], ["figures.export", "数字を書き出す"], ["metrics.read", "監視用の数値（/metrics）を読む"], ["chat", "文字での問い合わせ（/v1/chat）"],
  ]],
  ["管理", [
    ["ai.switch", "AIを止める・再開する"], ["people.manage", "利用者を管理する"], ["keys.manage", "APIキーを管理する"], ["audit.read", "監査ログを見る"],
    ["trust.read", "データの扱いを見る"], ["retention.manage", "保存期間を決める"], ["subjects.manage", "ご本人からの請求に応じる"], ["hooks.manage", "外部連携を設定する"],
  ]],
];
export const SCOPE_NAMES = Object.fromEntries(SCOPE_GROUPS.flatMap(([, scopes]) => scopes));

/** The audit's subjects: the first word of an action. */
export const ACTION_GROUPS = [
  ["", "すべて"], ["session", "サインイン"], ["account", "自分の設定"], ["user", "利用者"], ["key", "APIキー"], ["audit", "監査ログ"],
  ["call", "通話"], ["answer", "お答えの評価"], ["desk", "応対デスク"], ["callback", "折り返し"], ["faq", "FAQ"], ["draft", "FAQの案"],
  ["improve", "改善候補"], ["plan", "公開の予定"], ["golden", "確認用の質問"], ["trial", "公開前テスト"], ["rules", "引き継ぎルール"],
  ["vocabulary", "認識することば"], ["dictionary", "読み"], ["wording", "話し方"], ["company", "受付時間"], ["start", "はじめかた"],
  ["ai", "AIの停止・再開"], ["figures", "数字"], ["retention", "保存期間"], ["hold", "保全"], ["subject", "ご本人からの請求"], ["hook", "外部連携"],
];
const GROUP_NAMES = Object.fromEntries(ACTION_GROUPS);
const ACTIONS = {
  "session.sign_in": "サインイン", "session.sign_out": "サインアウト", "session.refused": "サインインできず",
  "session.single_sign_on": "シングルサインオン", "session.end": "サインインを終わらせた", "account.password": "パスワードを変更",
  "user.set_up": "最初の管理者を登録", "user.create": "利用者を追加", "user.change": "利用者を変更", "user.remove": "利用者を削除",
  "user.password": "パスワードを再設定", "user.unlock": "ロックを解除", "key.create": "APIキーを作成", "key.revoke": "APIキーを無効化",
  "audit.export": "監査ログを書き出し", "audit.verify": "監査ログを確認", "audit.accept_end": "監査ログの末尾を承認",
  "call.read": "通話の記録を表示", "call.search": "通話を検索", "call.listen": "通話を試聴", "call.play": "録音を再生",
  "call.export": "通話記録を書き出し", "call.unmask": "個人情報を表示", "call.vote": "通話を評価", "answer.vote": "お答えを評価",
  "desk.accept": "引き継ぎを受けた", "desk.take_over": "通話を交代", "desk.hand_back": "AIに戻した", "desk.say": "文字で応答",
  "desk.microphone": "マイクで応答", "desk.whisper": "AIに助言", "desk.hold": "保留", "desk.resume": "保留を解除", "desk.end": "通話を終了",
  "desk.finish": "後処理を完了", "desk.write": "応対記録を記入", "desk.presence": "在席状況を変更",
  "desk.harassment_warn": "カスハラの警告", "desk.harassment_end": "カスハラで終話", "desk.harassment_read": "カスハラの証拠を表示", "desk.harassment_seen": "カスハラを確認",
  "callback.book": "折り返しを予約", "callback.assign": "折り返しを担当", "callback.finish": "折り返しを完了", "callback.unmask": "折り返し先を表示",
  "faq.create": "FAQを追加", "faq.change": "FAQを変更", "faq.delete": "FAQを削除", "faq.discard": "FAQの変更を破棄", "faq.export": "FAQを書き出し",
  "faq.import": "FAQを読み込み", "faq.plan": "FAQの公開を予約", "faq.propose": "FAQの案を作成", "faq.publish": "FAQを公開", "faq.roll_back": "FAQを前の版に戻した",
  "draft.approve": "FAQの案を採用", "draft.mine": "FAQの案を抽出", "draft.reject": "FAQの案を見送り", "improve.aside": "改善候補を保留", "plan.cancel": "公開の予定を取り消し",
  "golden.add": "確認用の質問を追加", "golden.change": "確認用の質問を変更", "golden.remove": "確認用の質問を削除",
  "trial.begin": "テストを開始", "trial.cancel": "テストを中止", "trial.resume": "テストを再開", "figures.export": "数字を書き出し",
  "ai.on": "AIを再開", "ai.off": "AIを停止", "retention.change": "保存期間を変更", "retention.run": "期限の過ぎた記録を削除",
  "hold.place": "保全を開始", "hold.release": "保全を解除", "subject.search": "ご本人の記録を検索", "subject.export": "ご本人に開示", "subject.erase": "ご本人の記録を削除",
  "hook.create": "外部連携を追加", "hook.delete": "外部連携を削除", "hook.on": "外部連携を開始", "hook.off": "外部連携を停止", "hook.test": "外部連携を試験",
  "start.company": "会社の情報を設定",
};
const VERBS = { edit: "を編集", save: "を保存", change: "を変更", publish: "を公開", roll_back: "を前の版に戻した", discard: "の変更を破棄", plan: "の公開を予約" };
/** An action in words; one that nobody has named is told by its subject and verb, or as it is. */
export function actionName(action) {
  const [subject, verb] = action.split(".");
  if (ACTIONS[action]) return ACTIONS[action];
  return GROUP_NAMES[subject] && VERBS[verb] ? GROUP_NAMES[subject] + VERBS[verb] : action;
}

const DETAILS = {
  role: "役割", name: "お名前", active: "使えるか", sessions_ended: "終わらせたサインイン", scopes: "できること", key_id: "キーのID", status: "結果の番号",
  single_sign_on: "シングルサインオン", ok: "問題なし", lines: "行数", fault: "見つかった問題", first_wrong: "最初の行", actor: "だれが", action: "操作", target: "対象",
  found: "件数", by: "方法", base_version: "もとの版", version: "版", revision: "改訂", note: "覚え書き", entries: "項目", entry_id: "項目", call_id: "通話",
  turn: "発話", kind: "種類", reason: "理由", count: "件数", counts: "件数", rows: "行数", until: "まで", at: "日時", queue: "窓口", state: "状態", events: "出来事", url: "送り先",
  from: "始まり", to: "終わり", format: "形式", filename: "ファイル", title: "題名", days: "日数", changed: "変更点", deleted: "削除した数", text: "内容",
};
const VALUES = { ...Object.fromEntries(ROLES), ...SCOPE_NAMES, true: "はい", false: "いいえ" };
const said = (value) => {
  if (value === null) return "―";
  if (Array.isArray(value)) return value.map(said).join("、");
  if (typeof value === "object") return Object.entries(value).map(([name, one]) => `${DETAILS[name] ?? name}：${said(one)}`).join("、");
  return VALUES[String(value)] ?? String(value);
};
/** A line's detail as [name, text] pairs. Who it was stands in the line itself. */
export function detailOf(line) {
  const changes = line.action.endsWith(".change");
  return Object.entries(line.detail).filter(([name, value]) => name !== "actor_id" && value !== "" && value !== null)
    .map(([name, value]) => [DETAILS[name] ?? name, changes && Array.isArray(value) && value.length === 2 ? `${said(value[0])} → ${said(value[1])}` : said(value)]);
}

/** A browser's own words for itself, shortly. */
export function browserName(agent) {
  const system = /Windows/.test(agent) ? "Windows" : /Mac OS/.test(agent) ? "Mac" : /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iPhone・iPad" : /Linux/.test(agent) ? "Linux" : "";
  const name = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : "";
  return [name, system].filter(Boolean).join("／") || "不明なプログラム";
}
