// How does a loop pause, and end its pause at once when it has to stop?

export const sleep = (ms, stopped) =>
  new Promise((resolve) => {
    if (stopped.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      // A loop pauses a million times on one signal; each listener goes with its pause.
      stopped.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stopped.addEventListener("abort", done);
  });
