// How do phones vote on a slide's question? The lab keeps the vote: null, or { question: the slide's
// id, options: how many, open, votes, counts: null while it is open, then votes for each option }.

// What the presenter's window wants the vote to be: open while the slide waits for its answer, then
// closed, and none on other slides. `opened`: the question that was voted on last. Nobody can vote
// before an answer that has been shown.
export function wantedVote({ id, question }, isWaiting, opened) {
  if (question === undefined || (!isWaiting && opened !== id)) return null;
  return { question: id, options: question.options, open: isWaiting };
}

// The vote on this slide's question; undefined where there is none.
export function voteOn(slide, lab) {
  const vote = lab?.vote;
  return vote?.question === slide.id && vote.options === slide.question?.options ? vote : undefined;
}

// How much of all votes each option got, from 0 to 1.
export const shares = ({ counts, votes }) => counts.map((count) => (votes > 0 ? count / votes : 0));

// Random, so that a phone votes once; `bytes` are 16 random ones.
export const voterOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
