// Whether a reader can see every line of the banner.

/**
 * Lines of the banner's texts that can't be seen: something covers them, also after the reader has
 * scrolled as far as they must.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>} the text and what covers it
 */
export const coveredLines = (page) =>
  page
    .locator("#cc-main :is(h2, p, legend, label, summary, button, a):visible")
    .evaluateAll((all) =>
      all.flatMap((element) => {
        const lines = document.createRange();
        lines.selectNodeContents(element);
        const { top } = element.getBoundingClientRect();
        return [...lines.getClientRects()].flatMap((line) => {
          const middle = line.top + line.height / 2 - top;
          const y = () => element.getBoundingClientRect().top + middle;
          const scroller = element.closest(".cm");
          const view = scroller?.getBoundingClientRect();
          // The buttons may stay in sight; what is above them is what the reader sees.
          const buttons = scroller?.querySelector(".cm__btns");
          const bottom = Math.min(
            Number(view?.bottom),
            element.closest(".cm__btns") || innerWidth >= 640
              ? Infinity
              : Number(buttons?.getBoundingClientRect().top),
          );
          if (scroller && view && y() > bottom - line.height / 2)
            scroller.scrollTop += y() - bottom + line.height / 2 + 1;
          if (scroller && view && y() < view.top + line.height)
            scroller.scrollTop -= view.top + line.height - y();
          const hit = document.elementFromPoint(line.left + line.width / 2, y());
          return line.width === 0 || element.contains(hit) || hit?.contains(element)
            ? []
            : [`${element.textContent?.trim().slice(0, 40)}: ${hit?.className}`];
        });
      }),
    );
