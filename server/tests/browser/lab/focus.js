// The elements of this document that receive the focus, and whether it is visible on each.

window.reached = new Set();
window.unseen = new Set();
addEventListener("focusin", ({ target }) => {
  reached.add(target);
  const { outlineStyle, outlineWidth } = getComputedStyle(target);
  const seen = target.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  if (!seen) unseen.add(target);
});

// All elements that must be Tab stops; of a group of radio buttons, the checked one.
window.focusable = () =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, canvas, [tabindex]")].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.disabled &&
      !(element.type === "radio" && !element.checked) &&
      !element.closest("#stage"),
  );
