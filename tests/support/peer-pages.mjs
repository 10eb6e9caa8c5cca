// Pages of sites that use another consent tool, in our own words after that tool's documentation or
// demo. `{tag}` stands where the tool's own tag stood, and nothing else differs.

/**
 * @typedef {object} PeerPage
 * @property {string} tool its name in `data-shims`
 * @property {string} source the page that it follows
 * @property {string} [map] `data-map` of the tag
 * @property {string} markup
 * @property {{analytics: string[], marketing: string[], essential?: string[]}} asks hosts and paths
 *   that are requested once a category is allowed
 * @property {string[]} settings what opens the tool's settings: selectors
 */

/** @param {string} title @param {string} head @param {string} body */
const page = (title, head, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<script>window.calls = [];</script>
${head}</head><body><h1>${title}</h1>
${body}
<footer><a href="https://policies.shop.kz/en/choices/" data-choices="open">Choices</a></footer></body></html>`;

/** @type {Record<string, PeerPage>} */
export const PEER_PAGES = {
  "vanilla-cookieconsent 3": {
    tool: "vanilla-cookieconsent",
    // And https://github.com/orestbida/iframemanager for the frame.
    source: "https://cookieconsent.orestbida.com/advanced/manage-scripts.html",
    map: "youtube=marketing",
    markup: page(
      "vanilla-cookieconsent 3",
      `{tag}
      <script type="module">
        CookieConsent.run({
          categories: {
            necessary: { enabled: true, readOnly: true },
            analytics: { services: { ga: { onAccept: () => calls.push("ga") } } },
            marketing: {},
          },
          onConsent: () => calls.push("consent " + CookieConsent.getUserPreferences().acceptType),
          language: { default: "en", translations: {} },
        });
      </script>
      <script type="text/plain" data-category="analytics" data-service="Stats" data-src="https://stats.example/a.js"></script>
      <script type="text/plain" data-category="analytics">calls.push("inline"); new Image().src = "https://stats.example/inline.gif";</script>
      <script type="text/plain" data-category="marketing" data-type="module" data-src="https://ads.example/module.js"></script>
      <script type="text/plain" data-category="marketing" src="https://ads.example/plain.js"></script>`,
      `<button type="button" data-cc="show-preferencesModal">Cookie preferences</button>
      <div data-service="youtube" data-id="5b35haQV7tU" data-title="Film" data-autoscale></div>
      <script type="text/plain" data-category="!analytics">localStorage.setItem("negated", "1")</script>`,
    ),
    asks: {
      analytics: ["stats.example/a.js", "stats.example/inline.gif"],
      marketing: [
        "ads.example/module.js",
        "ads.example/plain.js",
        "www.youtube-nocookie.com/embed/5b35haQV7tU",
      ],
    },
    settings: ["[data-cc]"],
  },
  "vanilla-cookieconsent 2": {
    tool: "vanilla-cookieconsent",
    source:
      "https://github.com/orestbida/cookieconsent/blob/v2.9.2/demo/demo_iframemanager/index.html",
    map: "youtube=analytics",
    markup: page(
      "vanilla-cookieconsent 2",
      "{tag}",
      `<button type="button" data-cc="c-settings">Settings</button>
      <div data-service="youtube" data-id="Zya4bDgVU9k" data-autoscale></div>
      <script>
        var manager = iframemanager();
        var cc = initCookieConsent();
        manager.run({ currLang: "en", services: { youtube: { embedUrl: "https://film.example/embed/{data-id}", iframe: { allow: "fullscreen" } } } });
        cc.run({ onAccept: () => { if (cc.allowedCategory("analytics")) manager.acceptService("all"); calls.push("accept"); } });
      </script>
      <script type="text/plain" data-cookiecategory="analytics" src="https://stats.example/v2.js" defer></script>
      <script type="text/plain" data-cookiecategory="targeting">new Image().src = "https://ads.example/v2.gif";</script>
      <script type="text/plain" data-cookiecategory="necessary">calls.push("necessary " + cc.validConsent());</script>`,
    ),
    asks: {
      analytics: ["stats.example/v2.js", "film.example/embed/Zya4bDgVU9k"],
      marketing: ["ads.example/v2.gif"],
    },
    settings: ["[data-cc]"],
  },
  Klaro: {
    tool: "klaro",
    // Services as in the package's dist/config.js.
    source: "https://klaro.org/docs/getting-started",
    map: "livechat=marketing",
    markup: page(
      "Klaro",
      `<script>
        var klaroConfig = {
          version: 1,
          elementID: "klaro",
          services: [
            { name: "matomo", default: true, purposes: ["analytics"], callback: (consent, service) => calls.push(service.name + " " + consent) },
            { name: "inlineTracker", purposes: ["analytics"], optOut: false },
            { name: "adsense", purposes: ["advertising"] },
            { name: "intercom", default: true, purposes: ["livechat"] },
            { name: "style", purposes: ["statistics"] },
          ],
        };
      </script>
      {tag}
      <script type="text/plain" data-type="application/javascript" data-name="inlineTracker">
        new Image().src = "https://stats.example/inline.gif";
      </script>
      <script async type="text/plain" data-type="application/javascript" data-name="matomo" data-src="https://stats.example/matomo.js"></script>
      <link rel="stylesheet" type="text/plain" data-type="text/css" data-name="style" data-href="https://stats.example/style.css">`,
      `<a class="button" href="#" onclick="return klaro.show();">Manage consent</a>
      <img alt="" data-src="https://ads.example/pixel.gif" data-name="adsense">
      <iframe width="400" height="300" title="Chat" data-src="https://chat.example/frame" data-name="intercom"></iframe>`,
    ),
    asks: {
      analytics: ["stats.example/inline.gif", "stats.example/matomo.js", "stats.example/style.css"],
      marketing: ["ads.example/pixel.gif", "chat.example/frame"],
    },
    settings: ["a.button"],
  },
  Cookiebot: {
    tool: "cookiebot",
    // And https://www.cookiebot.com/en/developer/ for the events.
    source: "https://support.cookiebot.com/hc/en-us/articles/4405978132242-Manual-Markup-Guide",
    markup: page(
      "Cookiebot",
      `{tag}
      <script data-cookieconsent="ignore">
        window.addEventListener("CookiebotOnAccept", function () {
          if (Cookiebot.consent.marketing) calls.push("marketing");
          if (Cookiebot.consent.statistics) calls.push("statistics");
        }, false);
        window.addEventListener("CookiebotOnDecline", function () { calls.push("declined"); }, false);
      </script>
      <script type="text/plain" data-cookieconsent="statistics">new Image().src = "https://stats.example/inline.gif";</script>
      <script type="text/plain" data-cookieconsent="marketing" src="https://ads.example/ads.js"></script>
      <script type="text/plain" data-cookieconsent="statistics, marketing">new Image().src = "https://ads.example/both.gif";</script>`,
      `<div class="cookieconsent-optout-marketing">Please <a id="renew" href="javascript: Cookiebot.renew()">accept marketing-cookies</a> to watch this video.</div>
      <iframe title="Video" data-cookieblock-src="https://video.example/film" data-cookieconsent="marketing" width="560" height="315" allowfullscreen></iframe>
      <img data-cookieblock-src="https://stats.example/count.gif" data-cookieconsent="statistics" alt="">
      <p class="cookieconsent-optin-statistics">Counted</p>`,
    ),
    asks: {
      analytics: ["stats.example/inline.gif", "stats.example/count.gif"],
      marketing: ["ads.example/ads.js", "ads.example/both.gif", "video.example/film"],
    },
    settings: ["#renew"],
  },
  CookieYes: {
    tool: "cookieyes",
    source: "https://www.cookieyes.com/documentation/implement-prior-consent-using-cookieyes/",
    markup: page(
      "CookieYes",
      `{tag}
      <script>
        document.addEventListener("cookieyes_consent_update", ({ detail }) => calls.push("accepted " + detail.accepted.join()));
      </script>
      <script type="text/plain" data-cookieyes="cookieyes-analytics" async src="https://stats.example/gtag.js?id=1"></script>
      <script type="text/plain" data-cookieyes="cookieyes-performance">new Image().src = "https://stats.example/inline.gif";</script>
      <script type="text/plain" data-cookieyes="cookieyes-advertisement" src="https://ads.example/ads.js"></script>
      <script type="text/plain" data-cli-class="cli-blocker-script" data-cli-category="advertisement" data-cli-script-type="advertisement" data-cli-block="true" data-cli-element-position="head">new Image().src = "https://ads.example/old.gif";</script>`,
      `<button type="button" class="cky-banner-element">Cookie settings</button>
      <iframe title="Map" data-cookieyes="cookieyes-advertisement" data-src="https://video.example/map"></iframe>`,
    ),
    asks: {
      analytics: ["stats.example/gtag.js?id=1", "stats.example/inline.gif"],
      marketing: ["ads.example/ads.js", "ads.example/old.gif", "video.example/map"],
    },
    settings: [".cky-banner-element"],
  },
  tarteaucitron: {
    tool: "tarteaucitron",
    // The package's README.md and tarteaucitron.services.js, version 1.34.0.
    source: "https://tarteaucitron.io/en/free-installation-open-source/",
    map: "video=marketing api=marketing other=marketing",
    markup: page(
      "tarteaucitron",
      `{tag}
      <script>
        tarteaucitron.init({ privacyUrl: "", hashtag: "#tarteaucitron", cookieName: "tarteaucitron", highPrivacy: true });
        tarteaucitron.services.counter = {
          key: "counter", type: "analytic", name: "Counter", needConsent: true, cookies: [],
          js: function () { tarteaucitron.addScript("https://stats.example/counter.js"); },
          fallback: function () { calls.push("fallback"); },
        };
      </script>`,
      `<button type="button" onclick="tarteaucitron.userInterface.openPanel()">Cookies</button>
      <div class="youtube_player" videoID="b1ZZoWGAQ3Y" width="560" height="315" rel="0" controls="1"></div>
      <div class="vimeo_player" videoID="76979871" width="100%" height="300"></div>
      <div class="googlemapsembed" data-url="https://video.example/maps?pb=1" width="400" height="300"></div>
      <script>
        (tarteaucitron.job = tarteaucitron.job || []).push("youtube");
        (tarteaucitron.job = tarteaucitron.job || []).push("vimeo");
        (tarteaucitron.job = tarteaucitron.job || []).push("googlemapsembed");
        (tarteaucitron.job = tarteaucitron.job || []).push("counter");
      </script>`,
    ),
    asks: {
      analytics: ["stats.example/counter.js"],
      marketing: [
        "www.youtube-nocookie.com/embed/b1ZZoWGAQ3Y?rel=0&controls=1",
        "player.vimeo.com/video/76979871",
        "video.example/maps?pb=1",
      ],
    },
    settings: ["button[onclick]"],
  },
};
