/** Whether the page looks dark. */

/**
 * What the page says (`color-scheme` of its root, else its `meta`), and what the system is where the
 * page follows it; a page that says nothing is judged by its background.
 */
export const isDark = () => {
  const styles = [document.documentElement, document.body]
    .filter(Boolean)
    .map((element) => getComputedStyle(element));
  const meta = /** @type {HTMLMetaElement | null} */ (
    document.querySelector("meta[name=color-scheme]")
  );
  const { colorScheme } = styles[0];
  const schemes = colorScheme === "normal" ? (meta?.content ?? "") : colorScheme;
  const says = (/** @type {string} */ word) => schemes.includes(word);
  if (says("dark") !== says("light")) return says("dark");
  if (says("dark")) return matchMedia("(prefers-color-scheme: dark)").matches;
  const colour = styles
    .map(({ backgroundColor }) => backgroundColor)
    .find((value) => !/^transparent|[,/] 0\)/.test(value));
  const [first, ...others] = (colour?.match(/[\d.]+/g) ?? ["1"]).map(Number);
  // Lightness is the first number in `oklch()` and, in per cent, in `lab()`.
  const lightness = colour?.startsWith("rgb")
    ? (first + others[0] + others[1]) / 765
    : first / (first > 1 ? 100 : 1);
  return lightness < 0.5;
};
