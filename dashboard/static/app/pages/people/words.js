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

/** What the audit's actions are called. A key without a name here is shown as it is. */
export const ACTION_GROUPS = [
  ["", "すべて"], ["session", "サインイン"], ["account", "自分の設定"], ["user", "利用者"], ["key", "APIキー"], ["audit", "監査ログ"],
  ["call", "通話"], ["desk", "応対デスク"], ["faq", "FAQ"], ["rules", "引き継ぎルール"], ["document", "設定の文書"], ["trial", "公開前テスト"],
  ["figures", "数字"], ["ai", "AIの停止・再開"], ["retention", "保存期間"], ["hold", "保全"], ["subject", "ご本人からの請求"], ["hook", "外部連携"],
];
const ACTIONS = {
  "session.sign_in": "サインイン", "session.sign_out": "サインアウト", "session.refused": "サインインできず",
  "session.single_sign_on": "シングルサインオン", "session.end": "サインインを終わらせた", "account.password": "パスワードを変更",
  "user.set_up": "最初の管理者を登録", "user.create": "利用者を追加", "user.change": "利用者を変更", "user.remove": "利用者を削除",
  "user.password": "パスワードを再設定", "user.unlock": "ロックを解除", "key.create": "APIキーを作成", "key.revoke": "APIキーを無効化",
  "audit.export": "監査ログを書き出し", "audit.verify": "監査ログを確認", "call.unmask": "個人情報を表示",
  "call.play": "録音を再生", "call.export": "通話記録を書き出し",
};
export const actionName = (action) => ACTIONS[action] ?? action;

/** A browser's own words for itself, shortly. */
export function browserName(agent) {
  const system = /Windows/.test(agent) ? "Windows" : /Mac OS/.test(agent) ? "Mac" : /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iPhone・iPad" : /Linux/.test(agent) ? "Linux" : "";
  const name = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : "";
  return [name, system].filter(Boolean).join("／") || "不明なプログラム";
}
