// Which elements of this document get the focus, and can it be seen on each?

window.reached = new Set();
window.unseen = new Set();
addEventListener("focusin", ({ target }) => {
  reached.add(target);
  const { outlineStyle, outlineWidth } = getComputedStyle(target);
  const seen = target.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  if (!seen) unseen.add(target);
});

// All that has to be a stop of the Tab key: of radio buttons that belong together, the chosen one.
window.focusable = () =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, canvas, [tabindex]")].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.disabled &&
      !(element.type === "radio" && !element.checked) &&
      !element.closest("#stage"),
  );
