// Fakes of the vendors' scripts. Each does what the real one does in a page: takes over its command
// queue, processes it in order, sets cookies on the highest possible domain, loads more scripts by
// plain-text addresses, sends hits. It also passes every command to the page's `recordCall`,
// if there is one.

/* global window, document, location */

/** Code that all fakes share; `parent` is the domain on which vendors set their cookies. */
const HELPERS = `
  const parent = location.hostname.split(".").slice(-2).join(".");
  const keep = (name, seconds) => (document.cookie = name + "=1; Path=/; Max-Age=" + seconds + "; Domain=" + parent);
  const image = (address) => (new Image().src = address);
  const post = (address) => fetch(address, { method: "POST", mode: "no-cors", body: "" }).catch(() => {});
  const more = (address) => { const script = document.createElement("script"); script.src = address; document.head.append(script); };
  const record = (vendor, command) => window.recordCall?.(vendor, ...JSON.parse(JSON.stringify([...command])));
`;

/**
 * gtag.js and gtm.js: both process `dataLayer`, whose commands are `arguments` objects or, for Tag
 * Manager, plain objects.
 */
const GOOGLE = `
  const granted = {};
  window.google_tag_manager = {};
  let policy;
  try {
    policy = window.trustedTypes.createPolicy("goog#html", { createScriptURL: (address) => address });
  } catch {
    // As the real script does: without a policy of its own it names scripts as plain text.
  }
  const run = (command) => {
    const isCommand = Object.prototype.toString.call(command) === "[object Arguments]";
    record("google", isCommand ? command : [command]);
    const [verb, id, options] = isCommand ? command : [];
    if (verb === "consent") Object.assign(granted, options);
    if (verb === "config" && id.startsWith("G-") && granted.analytics_storage === "granted" && !window["ga-disable-" + id]) {
      keep("_ga", options.cookie_expires);
      keep("_ga_" + id.slice(2), options.cookie_expires);
      post((options.server_container_url ?? "https://region1.google-analytics.com") + "/g/collect?tid=" + id);
      // The real script says goodbye when the page goes.
      addEventListener("pagehide", () => window["ga-disable-" + id] || navigator.sendBeacon("https://region1.google-analytics.com/g/collect?bye"));
    }
    if (verb === "config" && id.startsWith("AW-") && granted.ad_storage === "granted") {
      keep("_gcl_au", 90 * 86400);
      const script = document.createElement("script");
      const address = "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/" + id.slice(3) + "/";
      script.src = policy?.createScriptURL(address) ?? address;
      document.head.append(script);
    }
  };
  const queue = window.dataLayer;
  queue.push = function (...commands) { Array.prototype.push.apply(queue, commands); commands.forEach(run); };
  [...queue].forEach(run);
`;

const YANDEX = `
  let sends = true;
  const run = (command) => {
    record("yandex", command);
    const [id, verb, options] = command;
    if (verb === "destruct") sends = false;
    if (verb !== "init" || window["disableYaCounter" + id]) return;
    keep("_ym_uid", 365 * 86400);
    keep("_ym_d", 365 * 86400);
    keep("_ym_isad", 86400);
    if (command[2].webvisor) {
      keep("_ym_visorc", 1800);
      post("https://mc.webvisor.com/webvisor/" + id);
    }
    more("https://mc.yandex.ru/metrika/advert.js");
    more("https://yastatic.net/s3/metrika/form.js");
    post("https://mc.yandex.com/watch/" + id);
    addEventListener("pagehide", () => sends && navigator.sendBeacon("https://mc.yandex.ru/watch/bye"));
  };
  const waiting = window.ym.a ?? [];
  window.ym = (...command) => run(command);
  waiting.forEach((command) => run([...command]));
`;

const META = `
  let mayTrack = true;
  const run = (command) => {
    record("meta", command);
    const [verb, word] = command;
    if (verb === "consent") mayTrack = word === "grant";
    if (verb === "init") more("https://connect.facebook.net/signals/config/" + word);
    if (verb === "trackSingle" && mayTrack) {
      keep("_fbp", 90 * 86400);
      image("https://www.facebook.com/tr/?id=" + word + "&ev=" + command[2]);
    }
  };
  window.fbq.callMethod = (...command) => run(command);
  window.fbq.queue.splice(0).forEach((command) => run([...command]));
`;

const UET = `
  window.UET = function ({ ti, q }) {
    // The real queue is flat: a word, then what belongs to it.
    const run = (command) => {
      record("uet", command);
      if (command[0] === "pageLoad") {
        keep("_uetsid", 86400);
        keep("_uetvid", 390 * 86400);
        more("https://bat.bing.com/p/action/" + ti + ".js");
        image("https://bat.bing.com/action/0?ti=" + ti);
      }
    };
    this.push = (...command) => run(command);
    for (let at = 0; at < q.length; at += 3) run(q.slice(at, at + 3));
  };
`;

const CLARITY = `
  let sends = true;
  const run = (command) => {
    record("clarity", command);
    if (command[0] === "stop") sends = false;
  };
  const waiting = window.clarity.q ?? [];
  window.clarity = (...command) => run(command);
  waiting.forEach((command) => run([...command]));
  keep("_clck", 365 * 86400);
  keep("_clsk", 86400);
  more("https://scripts.clarity.ms/0.8.1/clarity.js");
  post("https://a.clarity.ms/collect");
  image("https://c.bing.com/c.gif");
  addEventListener("pagehide", () => sends && navigator.sendBeacon("https://a.clarity.ms/collect?bye"));
`;

const PARTNER = `
  record("partner", ["ran"]);
  keep("partner_id", 30 * 86400);
  more("https://cdn.partner.example/more.js");
  more("https://static.partner.example/extra.js");
  post("https://collect.partner.example/hit");
`;

/** @type {[RegExp, string][]} */
const SCRIPTS = [
  [/^(?:www\.googletagmanager\.com|sgtm\.shop\.example)\/(?:gtag\/js|gtm\.js)/, GOOGLE],
  [/^mc\.yandex\.ru\/metrika\/tag\.js/, YANDEX],
  [/^connect\.facebook\.net\/en_US\/fbevents\.js/, META],
  [/^bat\.bing\.com\/bat\.js/, UET],
  [/^www\.clarity\.ms\/tag\//, CLARITY],
  [/^cdn\.partner\.example\/tag\.js/, PARTNER],
];

/** The script at an address (host and path), or none. @param {string} address */
export const standIn = (address) => {
  const found = SCRIPTS.find(([pattern]) => pattern.test(address));
  return found && `(() => {${HELPERS}${found[1]}})();`;
};
