/**
 * Ignores the second click of a double click or tap that was meant for what was there before the
 * first one: the banner or a placeholder has appeared, changed or gone in between.
 */

const OURS = "#cc-main, kelisim-hold";

export const watchGestures = () => {
  /** Whether the banner has changed since the gesture began. */
  let hasMoved = false;
  /** The first click of the current gesture. @type {{target?: Node, isOurs: boolean, time: number, x: number, y: number}} */
  let gesture = { isOurs: false, time: 0, x: 0, y: 0 };
  /** @type {string | undefined} */
  let pointer;
  addEventListener("pointerdown", ({ pointerType }) => (pointer = pointerType), true);
  addEventListener(
    "click",
    (click) => {
      const { detail, timeStamp, clientX, clientY } = click;
      const target = /** @type {Element} */ (click.target);
      const isOurs = Boolean(target.closest(OURS));
      // Browsers count the clicks of a mouse; not all of them count taps.
      const isTap =
        pointer === "touch" &&
        detail > 0 &&
        timeStamp - gesture.time < 500 &&
        !(Math.hypot(clientX - gesture.x, clientY - gesture.y) >= 40);
      if (detail < 2 && !isTap) {
        hasMoved = false;
        gesture = { target, isOurs, time: timeStamp, x: clientX, y: clientY };
      } else if (
        (hasMoved || gesture.target?.isConnected === false) &&
        (isOurs || gesture.isOurs)
      ) {
        click.preventDefault();
        click.stopImmediatePropagation();
      }
    },
    true,
  );
  return {
    /** The banner is shown, changed or hidden. */
    mark: () => {
      hasMoved = true;
    },
    /**
     * The banner is opened by a gesture whose place is unknown, because this script may have been
     * loaded after it began.
     */
    begin: () => {
      gesture = { isOurs: true, time: performance.now(), x: NaN, y: NaN };
    },
  };
};
