// How does a loop pause, and stop pausing at once when it is told to stop?

export const sleep = (ms, stopped) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
