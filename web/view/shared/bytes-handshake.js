// How did the server compute the token of this very handshake? Step by step.

import { header } from "../../model/wire/dissect.js";
import { handshake } from "../../model/wire/handshake.js";
import { make } from "./make.js";

// Nothing where there is no handshake, or where its key is not known. The key is in the request,
// the token in the response: one of them may be in the items of the other passage.
export function token(items, others, say) {
  const find = (name) => header(items, name) ?? header(others, name);
  const key = find("sec-websocket-key");
  const own = ["sec-websocket-key", "sec-websocket-accept"].some((name) => header(items, name));
  if (!own || key === undefined) return [];
  const { given, matches, ...steps } = handshake(key, find("sec-websocket-accept"));
  const step = ([name, value]) =>
    make("li", {}, make("span", {}, say(`step.${name}`)), make("code", {}, value));
  const verdict = given === undefined ? "noToken" : matches ? "matches" : "differs";
  const section = make(
    "section",
    { class: "bytes-token", "aria-label": say("token") },
    make("h3", {}, say("token")),
    make("p", {}, say("tokenWhy")),
    make("ol", {}, Object.entries(steps).map(step)),
    make("p", { class: "bytes-verdict", "data-verdict": verdict }, say(verdict, { given })),
  );
  return [section];
}
