/**
 * What a visitor can ask for in the settings of any page: the records of their choices, the newest
 * receipt, and the end of the link between both and the browser. The page of choices of the policy
 * site can't do it for pages of other domains, where browsers keep a cookie apart.
 */

/** @param {string} text @param {string} name of the file */
const save = (text, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
  // The browser has read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** An answer that is no success. */
class Refused extends Error {
  /** @param {number} status */
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

/** @param {string} address @param {RequestInit} [options] */
const request = async (address, options) => {
  const answer = await fetch(address, { credentials: "include", ...options });
  if (!answer.ok) throw new Refused(answer.status);
  return answer;
};

/**
 * All records, which come in pages.
 * @param {string} api
 */
const records = async (api) => {
  /** @type {any} */
  let all;
  for (let next = 0; next !== null; ) {
    const page = await (await request(`${api}/records?after=${next}`)).json();
    all = { ...page, entries: [...(all?.entries ?? []), ...page.entries] };
    next = page.next;
  }
  return JSON.stringify(all);
};

/** What can be asked for, by the role of its button. */
const RIGHTS = {
  /** @param {string} api */
  records: async (api) => save(await records(api), "records.json"),
  /** @param {string} api */
  receipt: async (api) => {
    const answer = await request(`${api}/records?format=tlog-proof`);
    save(await answer.text(), `${new URL(api).hostname}.tlog-proof`);
  },
  /** @param {string} api */
  erase: async (api) => {
    await request(`${api}/erase`, { method: "POST" });
    return "erased";
  },
};

/** @typedef {keyof typeof RIGHTS} Right */

/** @param {string} role @returns {role is Right} */
export const isRight = (role) => role in RIGHTS;

/**
 * @param {Right} right
 * @param {string} api
 * @returns {Promise<string | void>} the name of the sentence that says what came of it, if one is
 *   needed
 */
export const exercise = async (right, api) => {
  try {
    return await RIGHTS[right](api);
  } catch (error) {
    const isUnknown = error instanceof Refused && [401, 404].includes(error.status);
    return isUnknown ? "no_records" : "failed";
  }
};
