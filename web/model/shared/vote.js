// How do phones vote on a slide's question? The lab keeps the vote: null, or { question: the slide's
// id, options: how many, open, opened, votes, counts: null while it is open, then votes for each option }.
// `opened` is a number that grows each time a vote opens without votes.

// What the presenter's window wants the vote to be: open while the slide waits for its answer, then
// closed, and none on other slides. `before`: the question of the vote before; no vote begins on an
// answer that has been shown.
export function wantedVote({ id, question }, isWaiting, before) {
  if (question === undefined || (!isWaiting && before !== id)) return null;
  return { question: id, options: question.options, open: isWaiting };
}

// The vote on this slide's question; undefined where there is none.
export function voteOn(slide, lab) {
  const vote = lab?.vote;
  return vote?.question === slide.id && vote.options === slide.question?.options ? vote : undefined;
}

// The kinds of numbers that would give the answer away while a vote on one of these slides is open.
export function hiddenKinds(slides, lab) {
  const slide = slides.find((slide) => voteOn(slide, lab)?.open);
  return slide?.question.hides?.kinds ?? [];
}

// How much of all votes each option got, from 0 to 1.
export const shares = ({ counts, votes }) => counts.map((count) => (votes > 0 ? count / votes : 0));

// What a phone keeps of its vote: { question, opened, option }.
export const choice = ({ question, opened }, option) => ({ question, opened, option });

// Whether an option is the one that a phone chose in this vote. A vote that opened again does not have
// the choice of before.
export function isChosen(vote, kept, option) {
  const isSame = kept.question === vote.question && kept.opened === vote.opened && kept.option === option;
  return isSame && (vote.votes > 0 || !vote.open);
}

// Random, so that a phone votes once; `bytes` are 16 random ones.
export const voterOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
