// Invented statistics of several days, in the form of edge-worker/openapi.yaml: a test's real log
// holds only today's events.

/** @param {number} value */
const percent = (value) => Math.floor(value * 1000) / 10;

/** @param {number} answers @param {number} optedIn @param {number} acceptAll */
const group = (answers, optedIn, acceptAll) => ({
  answers,
  opted_in: optedIn,
  accept_all: acceptAll,
  reject_all: answers - optedIn,
  opted_in_percent: answers < 30 ? null : percent(optedIn / answers),
  accept_all_percent: answers < 30 ? null : percent(acceptAll / answers),
});

/**
 * The last days, with a day of few answers and one of none.
 * @param {number} days
 * @param {Date} today
 */
export const exampleFigures = (days, today) => {
  const iso = (/** @type {number} */ ago) =>
    new Date(today.getTime() - ago * 864e5).toISOString().slice(0, 10);
  const all = Array.from({ length: days }, (_, ago) => {
    const weekend = [0, 6].includes(new Date(`${iso(ago)}T00:00:00Z`).getUTCDay());
    const answers =
      ago === 9
        ? 0
        : ago === 4
          ? 19
          : Math.round((weekend ? 120 : 260) + 70 * Math.sin(ago / 2.3) + 25 * Math.cos(ago * 1.7));
    const optedIn = Math.round(answers * (0.54 + 0.07 * Math.sin(ago / 4) + (weekend ? 0.05 : 0)));
    return { day: iso(ago), answers, optedIn, acceptAll: Math.round(optedIn * 0.83) };
  });
  const sum = (/** @type {"answers" | "optedIn" | "acceptAll"} */ name, share = 1) =>
    Math.round(all.reduce((total, one) => total + one[name], 0) * share);
  const part = (/** @type {number} */ share, willing = 1) =>
    group(
      sum("answers", share),
      Math.round(sum("optedIn", share) * willing),
      Math.round(sum("acceptAll", share) * willing),
    );
  const total = part(1);
  const granted = (/** @type {number} */ share) => ({
    granted: Math.round(total.opted_in * share),
    granted_percent: percent((total.opted_in * share) / total.answers),
  });
  return {
    site: "cap.kz",
    from: `${iso(days - 1)}T00:00:00.000Z`,
    to: `${iso(-1)}T00:00:00.000Z`,
    events: total.answers + 61,
    total,
    days: Object.fromEntries(
      all
        .filter(({ answers }) => answers > 0)
        .reverse()
        .map((one) => [one.day, group(one.answers, one.optedIn, one.acceptAll)]),
    ),
    regimes: { notice: part(0.71, 1.04), opt_in: part(0.287, 0.9), opt_out: group(24, 15, 11) },
    locales: { en: part(0.12, 0.88), kk: part(0.47, 1.03), ru: part(0.41, 1) },
    actions: {
      accept_all: total.accept_all,
      custom: total.opted_in - total.accept_all,
      reject_all: total.reject_all,
      withdraw: 61,
    },
    categories: { functional: granted(0.97), analytics: granted(0.93), marketing: granted(0.84) },
    log: {
      bytes: 14_921_728,
      records: 28_604,
      oldest: `${iso(212)}T06:12:40.118Z`,
      newest: `${iso(0)}T08:41:07.530Z`,
      checkpoint: `${iso(0)}T02:17:02.004Z`,
      purged: 0,
      last_purge: null,
    },
  };
};
