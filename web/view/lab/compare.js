// What do long polling and WebSocket spend on the same update? Its bytes side by side, with the
// update itself at the same height.

import { ROWS } from "../../model/wire/compare.js";
import { inked, show, speaker } from "../shared/bytes.js";
import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";

// Fills `root`, of the class "wire-bytes" or inside of such, with what `compare` (model/wire/compare.js)
// has found. `handshake` is called by the button that leads there; without it there is no button.
export function comparison(root, compared, { lang, handshake }) {
  const say = speaker(lang);
  const tell = (key, values) => fill(word(lang, `compare.${key}`), values);
  const sides = Object.entries(compared.sides);
  const most = Math.max(...sides.map(([, { bytes }]) => bytes));
  const heads = sides.map(([transport, side]) => head(transport, side, most, say, tell));
  const rows = ROWS.flatMap((row) => sides.map(([transport, side]) => cell(row, transport, side, say, tell, handshake)));
  root.classList.add("comparison");
  root.replaceChildren(...heads, ...rows);
}

function head(transport, { rows, bytes, overhead, updates }, most, say, tell) {
  const around = make("strong", {}, tell("overhead", { bytes: say.bytes(overhead) }));
  const all = tell("total", { bytes: say.bytes(bytes), payload: say.bytes(bytes - overhead) });
  return make(
    "div",
    { class: "spent", "data-transport": transport },
    make("h3", {}, transport),
    make("p", {}, around, " ", make("span", {}, all)),
    area(ROWS.flatMap((row) => rows[row]), bytes / most),
    updates > 1 ? make("p", { class: "others" }, tell("others", { count: updates })) : "",
  );
}

// Both to one scale: as long as their bytes.
function area(items, share) {
  const spans = items.map(({ class: name, length }) => {
    const span = make("span", { "data-class": name });
    span.style.flexGrow = length;
    return span;
  });
  const bar = make("div", { class: "area", "aria-hidden": "true" }, spans);
  bar.style.width = `${100 * share}%`;
  return bar;
}

function cell(row, transport, side, say, tell, handshake) {
  const cell = make("div", { class: row, "data-transport": transport });
  if (row === "request" && side.rows.request.length === 0) {
    const lead = make("button", { type: "button" }, tell("handshake"));
    lead.addEventListener("click", () => handshake());
    cell.append(make("p", { class: "none" }, tell("noRequest")), ...(handshake ? [lead] : []));
  }
  for (const group of groups(side.rows[row])) cell.append(part(group, row, say, tell));
  return cell;
}

// Neighbours of one class, together.
function groups(items) {
  const all = [];
  for (const item of items) {
    if (all.at(-1)?.[0].class === item.class) all.at(-1).push(item);
    else all.push([item]);
  }
  return all;
}

function part(items, row, say, tell) {
  const { class: name } = items[0];
  const bytes = say.bytes(items.reduce((sum, { length }) => sum + length, 0));
  const title = row === "payload" ? tell("payload") : say(`class.${name}`);
  return make(
    "div",
    { class: "part", "data-class": name },
    make("h4", {}, title, " ", make("b", {}, bytes)),
    make("p", {}, items.map(inked)),
  );
}

// Shows the handshake that opened the WebSocket, { up, down }, in `dialog`: the request, and as the next
// message the response.
export function showHandshake(dialog, { up, down }, lang) {
  const draw = (passage, handshake) => show(dialog, passage, { handshake, step }, lang);
  const step = (way) => (way < 0 ? draw(up, down) : draw(down, up));
  draw(up, down);
  if (!dialog.open) dialog.showModal();
}
