// How does the lecturer find a slide? In a grid of all of them, or by its number.

import { goNumber, inGrid, shown } from "../../model/talk/state.js";
import { isPlain } from "../shared/keys.js";
import { make } from "../shared/make.js";
import { slideWords } from "../shared/slide-words.js";
import { word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

// `current()` gives the state of the talk, `become(state)` changes it.
export function overview(current, become) {
  return { overviewDialog: grid(current, become), gotoDialog: byNumber(current, become) };
}

// A dialog whose content is made when it opens, since language and slides may have changed.
const opens = (dialog, fill) => ({
  get open() {
    return dialog.open;
  },
  close: () => dialog.close(),
  showModal() {
    fill();
    dialog.showModal();
  },
});

const title = ({ slides, lang }, place) => slideWords(lang, slides[place].id).title;

function grid(current, become) {
  const dialog = find("overview");
  const buttons = () => [...dialog.querySelectorAll("#grid button")];

  function fill() {
    const state = current();
    const card = (place, nth) => {
      const number = make("span", {}, nth + 1);
      const here = place === state.at;
      const button = make("button", { type: "button", "aria-current": here ? "step" : undefined }, number, title(state, place));
      button.autofocus = here;
      button.addEventListener("click", () => {
        dialog.close();
        become(goNumber(current(), nth + 1));
      });
      return make("li", {}, button);
    };
    find("grid").replaceChildren(...shown(state).map(card));
  }

  dialog.addEventListener("keydown", (event) => {
    const all = buttons();
    const place = all.indexOf(event.target);
    if (place === -1 || !isPlain(event)) return;
    const top = all[0].offsetTop;
    const columns = all.filter(({ offsetTop }) => offsetTop === top).length;
    const to = inGrid(place, event.key, columns, all.length);
    if (to === place) return;
    event.preventDefault();
    all[to].focus();
  });
  return opens(dialog, fill);
}

function byNumber(current, become) {
  const dialog = find("goto");
  const number = find("number");
  const leads = () => goNumber(current(), Number(number.value));

  function say() {
    const state = current();
    const all = shown(state);
    const place = all[Number(number.value) - 1];
    find("leads").textContent = place === undefined ? `1–${all.length}` : title(state, place);
  }

  number.addEventListener("input", say);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    // Closed first: it gives the focus back, and then the slide takes it.
    event.preventDefault();
    dialog.close();
    become(leads());
  });
  return opens(dialog, () => {
    number.value = "";
    say();
  });
}
