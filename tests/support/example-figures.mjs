// Invented statistics of several days, in the form of edge-worker/openapi.yaml: a test's real log
// holds only today's events.

/** @param {number} part @param {number} whole */
const percent = (part, whole) => (whole < 30 ? null : Math.floor((part / whole) * 1000) / 10);

/**
 * @param {{answers: number, optedIn: number, acceptAll: number, withdrawals: number,
 *   dismissals: number, shown: number}} sums
 */
const group = ({ answers, optedIn, acceptAll, withdrawals, dismissals, shown }) => {
  const unanswered = Math.max(0, shown - answers - dismissals);
  return {
    answers,
    opted_in: optedIn,
    accept_all: acceptAll,
    reject_all: answers - optedIn,
    withdrawals,
    dismissals,
    shown,
    unanswered: shown > 0 ? unanswered : null,
    opted_in_percent: percent(optedIn, answers),
    accept_all_percent: percent(acceptAll, answers),
    unanswered_percent: percent(unanswered, shown),
  };
};

/**
 * The last days, with a day of few answers and one of none.
 * @param {number} days
 * @param {Date} today
 * @param {{isCounting?: boolean}} [options] whether shown banners are counted
 */
export const exampleFigures = (days, today, { isCounting = false } = {}) => {
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
    return {
      day: iso(ago),
      answers,
      optedIn,
      acceptAll: Math.round(optedIn * 0.83),
      withdrawals: answers === 0 ? 0 : Math.round(2 + 2 * Math.sin(ago)),
      dismissals: Math.round(answers * (0.11 + 0.03 * Math.cos(ago))),
      shown: isCounting ? Math.round(answers * (1.6 + 0.2 * Math.sin(ago / 3))) : 0,
    };
  });
  const part = (/** @type {number} */ share, willing = 1) => {
    const sum = (/** @type {Exclude<keyof typeof all[0], "day">} */ name, by = share) =>
      Math.round(all.reduce((total, one) => total + one[name], 0) * by);
    return group({
      answers: sum("answers"),
      optedIn: sum("optedIn", share * willing),
      acceptAll: sum("acceptAll", share * willing),
      withdrawals: sum("withdrawals"),
      dismissals: sum("dismissals"),
      shown: sum("shown"),
    });
  };
  const total = part(1);
  const granted = (/** @type {number} */ share) => ({
    granted: Math.round(total.opted_in * share),
    granted_percent: percent(total.opted_in * share, total.answers),
  });
  return {
    site: "cap.kz",
    from: iso(days - 1),
    to: iso(-1),
    events: total.answers + total.withdrawals + total.dismissals,
    total,
    days: Object.fromEntries(
      all
        .filter(({ answers }) => answers > 0)
        .reverse()
        .map((one) => [one.day, group(one)]),
    ),
    regimes: { notice: part(0.71, 1.04), opt_in: part(0.287, 0.9), opt_out: part(0.003, 0.9) },
    locales: { en: part(0.12, 0.88), kk: part(0.47, 1.03), ru: part(0.41, 1) },
    countries: {
      DE: part(0.16, 0.86),
      FR: part(0.07, 0.81),
      KZ: part(0.71, 1.04),
      US: part(0.003, 0.9),
      unknown: part(0.057, 1),
    },
    surfaces: { banner: part(0.93, 1), choices: part(0.07, 0.7) },
    revisions: { JYRSKtUo: part(0.4, 0.97), V1YUHBsx: part(0.6, 1.02) },
    actions: {
      accept_all: total.accept_all,
      custom: total.opted_in - total.accept_all,
      dismiss: total.dismissals,
      reject_all: total.reject_all,
      withdraw: total.withdrawals,
    },
    categories: { functional: granted(0.97), analytics: granted(0.93), marketing: granted(0.84) },
    log: {
      bytes: 14_921_728,
      records: 28_604,
      minimum_index: 1,
      oldest: `${iso(212)}T06:12:40.118Z`,
      newest: `${iso(0)}T08:41:07.530Z`,
      checkpoint: `${iso(0)}T08:17:02.004Z`,
      purged: 0,
      last_purge: null,
      witnesses: /** @type {any[]} */ ([
        {
          name: "auditor",
          size: 28_597,
          time: `${iso(0)}T08:17:01.000Z`,
          problem: null,
          since: null,
        },
      ]),
      archive: 0,
      archive_problem: /** @type {string | null} */ (null),
      full: false,
      damaged: /** @type {string | null} */ (null),
      flood: /** @type {string | null} */ (null),
    },
  };
};
