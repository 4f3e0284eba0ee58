// What vote does a slide want, and what does it show of it?

import assert from "node:assert/strict";
import test from "node:test";

import { choice, hiddenKinds, isChosen, shares, voteOn, voterOf, wantedVote } from "../../model/shared/vote.js";

const SLIDE = { id: "polling", question: { options: 3 } };

test("the vote is open while the question waits, then closed, and gone with the slide", () => {
  assert.deepEqual(wantedVote(SLIDE, true, undefined), { question: "polling", options: 3, open: true });
  assert.deepEqual(wantedVote(SLIDE, false, "polling"), { question: "polling", options: 3, open: false });
  assert.equal(wantedVote({ id: "title" }, false, "polling"), null);
});

test("nobody votes on an answer that has been shown", () => {
  assert.equal(wantedVote(SLIDE, false, undefined), null);
  assert.equal(wantedVote(SLIDE, false, "sse"), null);
  assert.equal(wantedVote(SLIDE, false, null), null);
});

test("a vote on another question, or on another number of options, is not this slide's", () => {
  const vote = { question: "polling", options: 3, open: true, votes: 1, counts: null };
  assert.equal(voteOn(SLIDE, { vote }), vote);
  assert.equal(voteOn({ ...SLIDE, id: "sse" }, { vote }), undefined);
  assert.equal(voteOn({ ...SLIDE, question: { options: 4 } }, { vote }), undefined);
  assert.equal(voteOn({ id: "polling" }, { vote }), undefined);
  for (const lab of [undefined, {}, { vote: null }]) assert.equal(voteOn(SLIDE, lab), undefined);
});

test("numbers that give the answer away are hidden while the vote is open", () => {
  const polling = { id: "polling", question: { options: 3, hides: { kinds: ["latency"] } } };
  const slides = [{ id: "title" }, polling, { id: "api", question: { options: 2 } }];
  const vote = { question: "polling", options: 3, open: true, votes: 1, counts: null };
  assert.deepEqual(hiddenKinds(slides, { vote }), ["latency"]);
  assert.deepEqual(hiddenKinds(slides, { vote: { ...vote, open: false } }), []);
  assert.deepEqual(hiddenKinds(slides, { vote: { ...vote, question: "api", options: 2 } }), []);
  for (const lab of [undefined, {}, { vote: null }]) assert.deepEqual(hiddenKinds(slides, lab), []);
});

test("a phone has voted only in the vote that it chose in", () => {
  const vote = { question: "polling", options: 3, open: true, opened: 1, votes: 2, counts: null };
  const kept = JSON.parse(JSON.stringify(choice(vote, 1)));
  assert.deepEqual([0, 1, 2].map((nth) => isChosen(vote, kept, nth)), [false, true, false]);
  assert.ok(isChosen({ ...vote, open: false }, kept, 1), "when it is closed, too");
  assert.ok(!isChosen({ ...vote, opened: 2 }, kept, 1), "it opened again, and others have voted");
  assert.ok(!isChosen({ ...vote, opened: 2, open: false }, kept, 1));
  assert.ok(!isChosen({ ...vote, question: "sse" }, kept, 1));
  assert.ok(!isChosen({ ...vote, votes: 0 }, kept, 1), "an open vote without votes has not this one");
  assert.ok(!isChosen(vote, {}, 1));
});

test("each option has its share of the votes", () => {
  assert.deepEqual(shares({ votes: 8, counts: [2, 6, 0] }), [0.25, 0.75, 0]);
  assert.deepEqual(shares({ votes: 0, counts: [0, 0] }), [0, 0]);
});

test("a voter is a random number in hexadecimal digits", () => {
  assert.equal(voterOf(new Uint8Array([0, 10, 255])), "000aff");
});
