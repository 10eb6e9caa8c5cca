/** The style of a part, made safe for pages of others by `bundle.mjs`. */
declare const STYLE: string;
/**
 * Data about the site that the builder inserts into `embed.js`. Paths are those of the policy site,
 * and lead from its root.
 */
declare const SITE: {
  /** Where the site is, for scripts that can't tell where they came from. */
  url: string;
  /** Names for readers of hosts whose names in ASCII are others. */
  hosts?: Record<string, string>;
  /** Path of the module that starts essential services, when there is one to start. */
  essential?: string;
  /** What visitors are asked about: see `revision` of `/manifest.json`. */
  revision: string;
  /** For how many days a grant counts. */
  days: number;
  /**
   * For how many days a visitor who refused is not asked again; the law of the place, which only
   * the server knows, may demand more.
   */
  refusalDays: number;
  /** Whether shown banners are counted. */
  counted?: boolean;
  /** Of each category in use the scopes whose grant covers the present one. */
  scopes: Partial<Record<"functional" | "analytics" | "marketing", string[]>>;
  /** The optional services. */
  services: EmbeddedService[];
  /** Path of the list of loaders, when there is a service to load. */
  tags?: string;
  /** Paths of the parts of the script that more than one part loads. */
  parts: Record<string, string>;
  /** Code of the locale for those who have named only languages that the site lacks. */
  fallback: string;
  /** Path of the folder with the archived texts of each language. */
  texts: string;
  /**
   * The languages of the banner, the default one first, by commas: `kk,ru,nb nn no`. After the code of
   * each stand the further language ranges that it answers. Empty when the site has nothing to ask.
   */
  locales: string;
  /** Codes of those that are written from right to left. */
  rtl?: string[];
};
/** Data that the builder puts in front of `cleanup.js`. */
declare const STORED: StoredEntry[];
/**
 * What a service stores in the browser, by the register: its id, the kind of storage, the name (`*`
 * at the end stands for any ending), and the path of a cookie unless it is `/`.
 */
type StoredEntry = [service: string, storage: string, name: string, path?: string];
/** Data that the builder puts in front of `surroundings.js`. */
declare const SURROUNDINGS: {
  /** Paths of the parts of the script that this part alone loads. */
  parts: Record<string, string>;
};
/** A language of the banner. */
interface EmbeddedLocale {
  code: string;
  /** Direction of writing. */
  dir: string;
  /** Path of the archived first layer, which names the archived settings. */
  banner: string;
  /** Path of the archived words of placeholders. */
  hold: string;
}
/** An optional service of the register. */
interface EmbeddedService {
  id: string;
  category: "functional" | "analytics" | "marketing";
  /** The keys, in the cookie, of a grant that covers the service as it is now. */
  grants: string[];
  /** The key of a refusal. */
  refusal: string;
  /** The operator runs it. */
  own?: boolean;
  /** The countries where it does not run. */
  notIn?: string[];
  /** Hosts of its frames; `*.` at the beginning stands for every host below a name. */
  hosts?: string[];
}
