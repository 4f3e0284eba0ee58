// How does the client of a one-way transport speak? By a request of its own, beside its stream.

// The server answered, and did not take it; the message is what it said.
export class Refused extends Error {}

// Returns the seq that the update got.
export async function publish(text) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/updates", { method: "POST", headers, body: text });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => undefined);
    throw new Refused(problem?.detail ?? `${answer.status} ${answer.statusText}`);
  }
  return (await answer.json()).seq;
}
