// The frame: navigation at the left, who is there, the AI's state, and the page of the address.

import { CHOICES, NAMES, choose, chosen } from "./colours.js";
import { GROUPS, PAGES, pageOf as pageAt } from "./nav.js";
import { connect, disconnect, live } from "./live.js";
import { go, place } from "./router.js";
import { may, session } from "./session.js";
import { AiSwitch } from "./pages/operation.js";
import { button, link, loading, problem, Toasts } from "./ui.js";
import { computed, defineComponent, h, ref, shallowRef, watch } from "./vue.js";

const HOME = ["/floor", "/desk", "/figures", "/audit", "/account"];

export const Shell = defineComponent(() => {
  const view = shallowRef(null);
  const error = ref("");
  const colours = ref(chosen());
  const found = computed(() => pageAt(place.path));

  watch(() => [session.state, place.path], async () => {
    error.value = "";
    if (session.state === "signed_in") {
      if (may("live.read")) connect();
      if (may("desk.work")) import("./pages/desk/seat.js");
    } else {
      disconnect();
    }
    const module = await choosePage();
    if (module === undefined) return;
    view.value = module;
  }, { immediate: true });

  async function choosePage() {
    const asked = place.path;
    try {
      if (session.state === "loading") return null;
      if (session.state === "unreachable") { error.value = session.problem; return null; }
      if (session.state === "setup") return (await import("./pages/setup.js")).default;
      if (session.state === "signed_out") return (await import("./pages/login.js")).default;
      if (place.path === "/" || place.path === "/login" || place.path === "/setup") {
        const home = PAGES.find((page) => HOME.includes(page.path) && may(page.needs));
        go(home.path, { replace: true });
        return undefined;
      }
      if (!found.value) { error.value = "この画面は見つかりません。左の一覧からお選びください。"; return null; }
      if (!may(found.value.page.needs)) { error.value = "この画面を見る権限がありません。必要な場合は、管理者にお問い合わせください。"; return null; }
      const module = (await found.value.page.load()).default;
      document.title = `${found.value.page.name}｜受付`;
      return place.path === asked ? module : undefined;
    } catch (problemFound) {
      error.value = `画面を開けませんでした（${problemFound.message}）。もう一度読み込んでください。`;
      return null;
    }
  }

  const navigation = () => h("nav", { class: "nav", "aria-label": "画面" }, [
    h("a", { class: "brand", href: "/" }, [h("span", { class: "brand-mark" }, "受付"), h("span", { class: "brand-company" }, session.company)]),
    entry(PAGES[0]),
    ...GROUPS.map((group) => {
      const pages = PAGES.filter((page) => page.group === group && may(page.needs));
      return pages.length ? h("div", { class: "nav-group", key: group }, [h("p", { class: "nav-title" }, group), h("ul", pages.map((page) => h("li", [entry(page)])))]) : null;
    }),
    h("div", { class: "nav-foot" }, [
      may("live.read") ? h(AiSwitch) : null,
      h("div", { class: "nav-foot-row" }, [
        h("label", { class: "colours" }, ["色", h("select", {
          class: "input", value: colours.value,
          onChange: (event) => { colours.value = event.target.value; choose(event.target.value); },
        }, CHOICES.map((choice) => h("option", { value: choice, selected: choice === colours.value }, NAMES[choice])))]),
        h("p", { class: live.connected ? "line-state" : "line-state bad" }, may("live.read") ? (live.connected ? "● 接続中" : "○ 再接続中") : ""),
      ]),
      h("p", { class: "who" }, [link(session.user?.name ?? "", "/account"), h("span", { class: "muted" }, session.user?.role_name ?? "")]),
    ]),
  ]);
  const entry = (page) => (may(page.needs) ? h("a", {
    href: page.path, class: "nav-link", "aria-current": place.path === page.path || place.path.startsWith(`${page.path}/`) ? "page" : undefined,
  }, page.name) : null);

  return () => {
    const inner = error.value ? problem(error.value, button("もう一度読み込む", { onClick: () => location.reload() }))
      : view.value ? h(view.value, { key: place.path, values: found.value?.values ?? {} }) : loading();
    if (session.state !== "signed_in") return h("div", { class: "alone" }, [h("main", { id: "main" }, [inner]), h(Toasts)]);
    return h("div", { class: "frame" }, [
      h("a", { class: "skip", href: "#main", onClick: (event) => { event.preventDefault(); document.getElementById("main").focus(); } }, "本文へ"),
      navigation(),
      h("main", { id: "main", class: "main", tabindex: -1 }, [inner]),
      h(Toasts),
    ]);
  };
});
