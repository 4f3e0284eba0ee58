// What has become of what was sent last? A pure function of what happened to it.
//
// An event is { kind, value, at }, `at` in milliseconds on a clock that is never set:
//   sent           { id, text }: handed to the transport
//   taken          { id }: the server has answered that it has it (a frame gets no answer)
//   failed         { id, reason, why }: it could not be sent
//   cut            the close code, where the stream that is lost carried what was sent, too
//   message        an update or a notice came; the own update ends the round trip

export const NOTHING = { stage: "nothing" };

export const underWay = ({ stage }) => stage === "sent" || stage === "taken";

export function said(state, { kind, value, at }) {
  switch (kind) {
    case "sent":
      return { stage: "sent", ...value, at };
    case "taken":
      return value.id === state.id && state.stage === "sent" ? { ...state, stage: "taken" } : state;
    case "failed":
      return value.id === state.id && underWay(state) ? { ...state, stage: "failed", ...value } : state;
    case "cut":
      // Where a request of its own carried it, that request's answer tells.
      return value !== undefined && underWay(state) ? { ...state, stage: "cut", why: value } : state;
    case "message":
      return message(state, value, at);
    default:
      return state;
  }
}

function message(state, value, at) {
  // A notice: what is not in the history any more will not come back.
  if (value.seq === undefined) return underWay(state) ? { ...state, stage: "missed" } : state;
  const own = state.id !== undefined && value.data?.id === state.id;
  // Also when it seemed lost: the server may have had it all the same.
  return own && state.stage !== "back" ? { ...state, stage: "back", round_trip_ms: at - state.at } : state;
}
