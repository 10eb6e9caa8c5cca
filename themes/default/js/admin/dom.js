/**
 * Creates elements: tables, definition lists and charts. Text is inserted as text nodes, never
 * parsed as HTML.
 */

/** @typedef {Element | string} Child */

/**
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 * @param {Child[]} children
 */
const assemble = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

/**
 * @param {string} name
 * @param {Record<string, string | number>} [attributes]
 * @param {...Child} children
 */
export const html = (name, attributes = {}, ...children) =>
  assemble(document.createElement(name), attributes, children);

/**
 * @param {string} name
 * @param {Record<string, string | number>} [attributes]
 * @param {...Child} children
 */
const svg = (name, attributes = {}, ...children) =>
  assemble(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

/** Fills a part of the page. @param {string} name @param {...Child} content */
export const render = (name, ...content) =>
  document.querySelector(`[data-part=${name}]`)?.replaceChildren(...content);

/** @param {number} percent of the width */
export const percentBar = (percent) =>
  svg(
    "svg",
    { class: "bar", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "bar__all", width: 100, height: 1 }),
    svg("rect", { class: "bar__part", width: percent, height: 1 }),
  );

/**
 * A table in a container that scrolls by itself.
 * @param {string} caption
 * @param {string[]} head the first column names the row
 * @param {Child[][]} rows
 * @param {string} [style] a further class
 */
export const table = (caption, head, rows, style = "") =>
  html(
    "div",
    {
      class: `table table--figures ${style}`.trim(),
      role: "region",
      "aria-label": caption,
      tabindex: 0,
    },
    html(
      "table",
      {},
      html("caption", { class: "unseen" }, caption),
      html("thead", {}, html("tr", {}, ...head.map((name) => html("th", { scope: "col" }, name)))),
      html(
        "tbody",
        {},
        ...rows.map(([name, ...cells]) =>
          html(
            "tr",
            {},
            html("th", { scope: "row" }, name),
            ...cells.map((cell) => html("td", {}, cell)),
          ),
        ),
      ),
    ),
  );

/** Names and values. @param {string} style @param {[string, Child][]} rows */
export const definitions = (style, rows) =>
  html(
    "dl",
    { class: style },
    ...rows.map(([name, value]) =>
      html("div", { class: `${style}__row` }, html("dt", {}, name), html("dd", {}, value)),
    ),
  );

/**
 * @typedef {object} Column
 * @property {number | undefined} height in percent; undefined when there is no value
 * @property {boolean} [isHollow] there is a value, but it is withheld because the group is small
 * @property {string} title
 */

/**
 * A column chart. Its labels are HTML around the SVG, so that they do not scale with its width.
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.text description for screen readers
 * @param {string[]} chart.scale labels of the vertical axis, from the top
 * @param {Column[]} chart.columns
 * @param {string[]} chart.ends words below the first and the last column
 */
export const columnChart = ({ title, text, scale, columns: all, ends }) => {
  const parts = all.map(({ height, isHollow, title: name }, at) => {
    const style = isHollow ? "chart__few" : "chart__column";
    const tall = isHollow ? 100 : (height ?? 0);
    return svg(
      "rect",
      { class: style, x: at + 0.12, width: 0.76, y: 100 - tall, height: tall },
      svg("title", {}, name),
    );
  });
  const lines = [0, 50, 100].map((y) =>
    svg("line", { class: "chart__line", x1: 0, x2: all.length, y1: y, y2: y }),
  );
  return html(
    "figure",
    { class: "chart" },
    html("figcaption", { class: "chart__title" }, title),
    html(
      "div",
      { class: "chart__scale", "aria-hidden": "true" },
      ...scale.map((mark) => html("span", {}, mark)),
    ),
    svg(
      "svg",
      {
        class: "chart__area",
        viewBox: `0 0 ${all.length} 100`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": text,
      },
      ...lines,
      ...parts,
    ),
    html(
      "div",
      { class: "chart__ends", "aria-hidden": "true" },
      ...ends.map((end) => html("span", {}, end)),
    ),
  );
};
