// How does a reader go from scene to scene? By keys, by the tabs, and by the history of the tab.

import { beside, sceneOf, sceneOfKey, SCENES, wayOf } from "../../model/lab/scenes.js";
import { isIts, isPlain } from "../shared/keys.js";
import { make } from "../shared/make.js";
import { setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

// `enter(scene, before)` is called for each scene that is entered; the first has none before it.
export function scenes(query, enter) {
  let scene = sceneOf(query);
  let lang;
  const tabs = SCENES.map(({ id }, nth) => {
    const title = make("span");
    const link = make("a", {}, make("b", {}, String(nth + 1)), " ", title);
    link.addEventListener("click", (event) => {
      if (event.button > 0 || event.shiftKey || !isPlain(event)) return; // a new tab or window
      event.preventDefault();
      go(SCENES[nth]);
    });
    return { id, link, title };
  });
  find("tabs").append(...tabs.map(({ link }) => make("li", {}, link)));

  function go(to) {
    if (!to || to === scene) return false;
    query.set("scene", to.id);
    history.pushState(null, "", `?${query}`);
    become(to);
    return true;
  }

  function become(to) {
    const before = scene;
    scene = to;
    draw();
    scrollTo(0, 0);
    enter(scene, before);
  }

  function draw() {
    for (const element of document.querySelectorAll("[data-scenes]")) {
      element.hidden = !element.dataset.scenes.split(" ").includes(scene.id);
    }
    document.body.dataset.scene = scene.id;
    for (const { id, link, title } of tabs) {
      const text = word(lang, `scenes.${id}.title`);
      title.textContent = text;
      link.title = text; // on a phone a tab is only its number
      const address = new URLSearchParams(query);
      address.set("scene", id);
      link.href = `?${address}`;
      if (id === scene.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    find("next").disabled = !beside(scene, 1);
    setText(find("sentence"), word(lang, `scenes.${scene.id}.sentence`));
    document.title = `${word(lang, `scenes.${scene.id}.title`)} · ${word(lang, "title")}`;
  }

  // In which directions the page still scrolls, by at least a pixel.
  function scrolls() {
    const { scrollHeight, clientHeight } = document.documentElement;
    return { up: scrollY >= 1, down: scrollHeight - clientHeight - scrollY >= 1 };
  }

  find("next").addEventListener("click", () => go(beside(scene, 1)));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !isPlain(event) || isIts(event.target, event.key)) return;
    if (document.querySelector("dialog[open]")) return;
    if (go(sceneOfKey(event.key) ?? beside(scene, wayOf(event.key, scrolls())))) event.preventDefault();
  });
  addEventListener("popstate", () => {
    const to = sceneOf(new URLSearchParams(location.search));
    query.set("scene", to.id);
    // What is chosen now stays, whatever was chosen then.
    history.replaceState(null, "", `?${query}`);
    if (to !== scene) become(to);
  });

  return {
    start() {
      find("scenes").hidden = false;
      enter(scene);
    },
    speak(newest) {
      lang = newest;
      find("scenes").setAttribute("aria-label", word(lang, "scenes.label"));
      draw();
    },
  };
}
