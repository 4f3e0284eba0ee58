// When are the picture and its numbers redrawn?

// Half as often as most screens could, which spares a laptop half the work.
const PICTURE_MS = 30;
// Who wants little motion gets steps.
const CALM_MS = 1000;
// Oftener nobody could read them.
const NUMBERS_MS = 250;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

// Calls `draw(elapsed_ms, numbers)` again and again; `numbers` says whether it is their turn, and
// `hurry()` makes it that with the next picture.
export function pace(draw) {
  let drawn_ms = performance.now();
  let counted_ms = -Infinity;
  function picture(now_ms) {
    again();
    const elapsed_ms = now_ms - drawn_ms;
    if (elapsed_ms < PICTURE_MS) return;
    drawn_ms = now_ms;
    const numbers = now_ms - counted_ms >= NUMBERS_MS;
    if (numbers) counted_ms = now_ms;
    draw(elapsed_ms, numbers);
  }
  const again = () =>
    calm.matches ? setTimeout(() => picture(performance.now()), CALM_MS) : requestAnimationFrame(picture);
  again();
  return { hurry: () => (counted_ms = -Infinity) };
}
