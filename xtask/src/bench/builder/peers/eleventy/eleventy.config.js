// Gives headings the ids that stand behind them as `{#id}`; no table of contents, which Eleventy
// has no part for.
export const config = {
  dir: { input: "content", includes: "../templates", output: "_site" },
  markdownTemplateEngine: false,
};
export default (eleventy) => {
  eleventy.amendLibrary("md", (markdown) => {
    markdown.core.ruler.push("ids", ({ tokens }) => {
      tokens.forEach((token, at) => {
        const last = token.type === "heading_open" ? tokens[at + 1].children.at(-1) : undefined;
        const id = /\s*\{#([\w-]+)\}$/.exec(last?.content ?? "");
        if (!last || !id) return;
        last.content = last.content.slice(0, id.index);
        token.attrSet("id", id[1]);
      });
    });
  });
};
