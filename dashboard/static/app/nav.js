// Every page: where it is, what it is called, who may see it. A page's module is loaded when it is first opened.

export const PAGES = [
  { path: "/start", name: "はじめかた", group: "", needs: "faq.read", load: () => import("./pages/start.js") },
  { path: "/floor", name: "フロア", group: "応対", needs: "live.read", load: () => import("./pages/floor.js") },
  { path: "/desk", name: "応対デスク", group: "応対", needs: "desk.work", load: () => import("./pages/desk.js") },
  { path: "/calls", name: "通話履歴", group: "応対", needs: "calls.read", load: () => import("./pages/calls.js") },
  { path: "/calls/:id", name: "通話の記録", needs: "calls.read", load: () => import("./pages/call.js") },
  { path: "/phone", name: "電話してみる", group: "応対", needs: "live.read", load: () => import("./pages/phone.js") },
  { path: "/faq", name: "FAQ", group: "改善", needs: "faq.read", load: () => import("./pages/faq.js") },
  { path: "/faq/:id", name: "FAQの編集", needs: "faq.read", load: () => import("./pages/faq_entry.js") },
  { path: "/publications", name: "公開の履歴", group: "改善", needs: "faq.read", load: () => import("./pages/publications.js") },
  { path: "/improve", name: "改善候補", group: "改善", needs: "faq.read", load: () => import("./pages/improve.js") },
  { path: "/trials", name: "公開前テスト", group: "改善", needs: "faq.read", load: () => import("./pages/trials.js") },
  { path: "/rules", name: "引き継ぎルール", group: "設定", needs: "tuning.read", load: () => import("./pages/rules.js") },
  { path: "/wording", name: "話し方", group: "設定", needs: "tuning.read", load: () => import("./pages/wording.js") },
  { path: "/hours", name: "受付時間と会社", group: "設定", needs: "tuning.read", load: () => import("./pages/hours.js") },
  { path: "/words", name: "ことばと読み", group: "設定", needs: "tuning.read", load: () => import("./pages/words.js") },
  { path: "/figures", name: "数字", group: "分析", needs: "figures.read", load: () => import("./pages/figures.js") },
  { path: "/people", name: "利用者", group: "管理", needs: "people.manage", load: () => import("./pages/people.js") },
  { path: "/keys", name: "APIキー", group: "管理", needs: "keys.manage", load: () => import("./pages/keys.js") },
  { path: "/audit", name: "監査ログ", group: "管理", needs: "audit.read", load: () => import("./pages/audit.js") },
  { path: "/trust", name: "データと透明性", group: "管理", needs: "trust.read", load: () => import("./pages/trust.js") },
  { path: "/subjects", name: "ご本人からの請求", group: "管理", needs: "subjects.manage", load: () => import("./pages/subjects.js") },
  { path: "/hooks", name: "外部連携", group: "管理", needs: "hooks.manage", load: () => import("./pages/hooks.js") },
  { path: "/account", name: "自分の設定", needs: "signed_in", load: () => import("./pages/account.js") },
];

export const GROUPS = ["応対", "改善", "設定", "分析", "管理"];

/** The page of a path and the values in it; null when there is none. */
export function pageOf(path) {
  for (const page of PAGES) {
    const names = [];
    const pattern = page.path.replace(/:(\w+)/g, (_, name) => (names.push(name), "([^/]+)"));
    const match = new RegExp(`^${pattern}/?$`).exec(path);
    if (match) return { page, values: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1])])) };
  }
  return null;
}
