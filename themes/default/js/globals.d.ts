/**
 * Whether the bundle is for pages that this builder did not make: `bundle.mjs` sets it, so that
 * neither bundle contains code of the other.
 */
declare const EMBEDDED: boolean;
/** The style of `css/embed.css`, made safe for pages of others by `bundle.mjs`. */
declare const STYLE: string;
/** Data about the site that the builder inserts into `embed.js`. */
declare const SITE: {
  /** Where the site is, for scripts that can't tell where they came from. */
  url: string;
  /** Address of the module that starts essential services, when there is one to start. */
  essential?: string;
  /** The default one first; none when the site has nothing to ask. */
  locales: EmbeddedLocale[];
};
/** A language of the banner. */
interface EmbeddedLocale {
  code: string;
  /** Address of the banner's markup: the very bytes that visitors of this site are shown. */
  banner: string;
  /** Direction of writing. */
  dir: string;
  /** Texts of placeholders; `{what}` and `{categories}` are replaced. */
  hold: { text: string; once: string; always: string };
  /** Names of the categories. */
  categories: Record<string, string>;
}
