/**
 * Deletes what refused services have stored in the browser: cookies, entries of web storage,
 * databases and caches that the register lists for them, and for no other service.
 */

/**
 * @typedef {object} Entry An entry of the list.
 * @property {string} pattern its name; `*` at the end stands for any ending
 * @property {string} path of a cookie
 * @property {boolean} isRefused
 */
/**
 * @typedef {object} Store
 * @property {(refused: Entry[]) => string[] | Promise<string[]>} names of what is stored
 * @property {(name: string, entries: Entry[]) => unknown} remove
 */

/** Whether a pattern is one name. @param {Entry} entry */
const isExact = ({ pattern }) => !pattern.endsWith("*");

/** @param {string} name */
const matches =
  (name) =>
  /** @param {Entry} entry */
  (entry) =>
    isExact(entry) ? name === entry.pattern : name.startsWith(entry.pattern.slice(0, -1));

/**
 * The scripts of a page can't see with which path, domain and partition a cookie was set, and a
 * cookie is deleted only by the same: hence every path and domain that this page could have used.
 * @param {string} name
 * @param {Entry[]} entries
 */
const removeCookie = (name, entries) => {
  const paths = location.pathname.split("/").flatMap((_, end, parts) => {
    const path = parts.slice(0, end + 1).join("/");
    return [path, `${path}/`];
  });
  const labels = location.hostname.split(".");
  const domains = labels.map((_, start) => `; Domain=${labels.slice(start).join(".")}`);
  for (const path of new Set([...paths, ...entries.map(({ path }) => path)]))
    for (const domain of ["", ...domains])
      for (const kind of ["", "; Secure", "; Secure; SameSite=None; Partitioned"])
        document.cookie = `${name}=; Max-Age=0; Path=${path}${domain}${kind}`;
};

/** @param {() => Storage} storage which throws where the browser blocks it @returns {Store} */
const webStorage = (storage) => ({
  names: () => Object.keys(storage()),
  remove: (name) => storage().removeItem(name),
});

/** By the kind of storage in the register. @type {Record<string, Store>} */
const STORES = {
  cookie: {
    names: (refused) => [
      ...document.cookie.split("; ").map((pair) => pair.split("=")[0]),
      // Cookies of other paths can't be seen.
      ...refused
        .filter((entry) => isExact(entry) && entry.path !== "/")
        .map(({ pattern }) => pattern),
    ],
    remove: removeCookie,
  },
  local_storage: webStorage(() => localStorage),
  session_storage: webStorage(() => sessionStorage),
  indexed_db: {
    names: async (refused) =>
      // Firefox before 126 can't list databases.
      (await indexedDB.databases?.())?.map(({ name }) => String(name)) ??
      refused.filter(isExact).map(({ pattern }) => pattern),
    remove: (name) => indexedDB.deleteDatabase(name),
  },
  cache_storage: { names: () => caches.keys(), remove: (name) => caches.delete(name) },
};

/** @param {string[]} refused ids of services */
export const cleanUp = async (refused) => {
  const entries = STORED.map(([service, store, pattern, path = "/"]) => ({
    pattern,
    store,
    path,
    isRefused: refused.includes(service),
  }));
  for (const [kind, { names, remove }] of Object.entries(STORES)) {
    const listed = entries.filter(({ store }) => store === kind);
    const ending = listed.filter(({ isRefused }) => isRefused);
    if (ending.length === 0) continue;
    try {
      for (const name of await names(ending)) {
        const found = listed.filter(matches(name));
        if (found.length > 0 && found.every(({ isRefused }) => isRefused)) remove(name, found);
      }
    } catch {
      // The browser has blocked this kind of storage, so there is nothing in it.
    }
  }
};
