/**
 * Empty elements in which tarteaucitron and iframemanager make a frame once it is allowed. Here the
 * frame is made at once, without an address, so that it is held and announced like any other.
 *
 * Sources: tarteaucitronjs 1.34.0 (tarteaucitron.services.js) and @orestbida/iframemanager 1.3.0.
 */

const YOUTUBE = "https://www.youtube-nocookie.com/embed/";
const PLAYER = "theme rel controls showinfo autoplay mute start end loop enablejsapi";

/**
 * tarteaucitron's containers: class, name of the service, its kind, address, and attributes that
 * follow as a query. `{x}` stands for an attribute; without one that the address needs nothing is
 * shown.
 * @type {[string, string, string, string, string?][]}
 */
const CONTAINERS = [
  ["youtube_player", "youtube", "video", `${YOUTUBE}{videoID}`, PLAYER],
  [
    "youtube_playlist_player",
    "youtubeplaylist",
    "video",
    `${YOUTUBE}videoseries?list={playlistID}`,
  ],
  [
    "vimeo_player",
    "vimeo",
    "video",
    "https://player.vimeo.com/video/{videoID}",
    "hash=h title byline portrait loop autoplay autopause background color controls muted playsinline",
  ],
  [
    "dailymotion_player",
    "dailymotion",
    "video",
    "https://www.dailymotion.com/embed/video/{videoID}",
    "showinfo=info autoplay=autoPlay api",
  ],
  ["spotify_player", "spotify", "video", "https://open.spotify.com/embed/{spotifyID}"],
  [
    "soundcloud_player",
    "soundcloud",
    "video",
    "https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2F{playable-type}%2F{playable-id}",
    "color auto-play=auto_play hide-related=hide_related show-comments=show_comments",
  ],
  [
    "googlemaps-canvas",
    "googlemaps",
    "api",
    "https://www.google.com/maps?q={latitude},{longitude}&output=embed",
    "zoom=z",
  ],
  [
    "googlemapssearch",
    "googlemapssearch",
    "api",
    "https://www.google.com/maps/embed/v1/place?q={search}&key={api-key}",
  ],
  ["googlemapsembed", "googlemapsembed", "api", "{url}"],
  ["openstreetmap", "openstreetmap", "api", "{url}"],
  ["geoportail", "geoportail", "api", "{url}"],
  ["tac_iframe", "iframe", "other", "{url}"],
];

/** Addresses of the services that iframemanager's documentation sets up. */
const SERVICES = {
  youtube: `${YOUTUBE}{data-id}`,
  vimeo: "https://player.vimeo.com/video/{data-id}",
  dailymotion: "https://www.dailymotion.com/embed/video/{data-id}",
  twitch: "https://player.twitch.tv/?{data-id}&parent={host}",
  googlemaps: "https://www.google.com/maps/embed?pb={data-id}",
};

/**
 * @typedef {object} Container An element in which a frame belongs.
 * @property {string} name of the service that another tool knows
 * @property {string[]} kinds of that service
 * @property {string} address
 * @property {Record<string, string>} attributes of the frame
 * @property {Record<string, string>} style of the frame
 * @property {string} [preview] address of a picture that the site provides
 */

/** As tarteaucitron reads an attribute of a container. @param {Element} element @param {string} name */
const attribute = (element, name) =>
  element.getAttribute(`data-${name}`) ?? element.getAttribute(name) ?? "";

/** A length of tarteaucitron: a number of pixels, or with a unit. @param {string} text */
const length = (text) => (/^\d+(\.\d+)?$/.test(text) ? `${text}px` : text);

/** @param {string} address @param {[string, string][]} fields */
const withQuery = (address, fields) =>
  fields.reduce(
    (text, [name, value]) =>
      `${text}${text.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`,
    address,
  );

/** Selects tarteaucitron's containers. */
export const TARTEAUCITRON = CONTAINERS.map(([name]) => `.${name}`).join(",");

/** @param {Element} element @returns {Container | undefined} */
export const readTarteaucitron = (element) => {
  const found = CONTAINERS.find(([name]) => element.classList.contains(name));
  if (!found) return undefined;
  const [, name, kind, pattern, query = ""] = found;
  /** @type {string[]} */
  const missing = [];
  const address = pattern.replace(/\{([\w-]+)\}/g, (_, key) => {
    const value = attribute(element, key);
    if (!value) missing.push(key);
    return key === "url" ? value : encodeURIComponent(value);
  });
  // The frame would run in this page.
  if (missing.length > 0 || !/^https?:\/\//.test(address)) return undefined;
  const fields = query
    .split(" ")
    .filter(Boolean)
    .map((pair) => pair.split("="))
    .flatMap(([key, field = key]) => {
      const value = attribute(element, key);
      return value ? /** @type {[string, string][]} */ ([[field, value]]) : [];
    });
  return {
    name,
    kinds: [kind],
    address: withQuery(address, fields),
    attributes: {
      title: attribute(element, "title"),
      ...(attribute(element, "allowfullscreen") === "0" ? {} : { allowfullscreen: "" }),
    },
    style: {
      width: length(attribute(element, "width")),
      height: length(attribute(element, "height")),
    },
  };
};

/** Whether a picture is the page's own: others must not be loaded yet. @param {string} [address] */
const isOwn = (address) =>
  address &&
  Object.assign(document.createElement("a"), { href: address }).origin === location.origin;

/** Selects iframemanager's containers. */
export const IFRAMEMANAGER = "div[data-service][data-id]";

/**
 * @typedef {object} FrameService A service as iframemanager's `run` gets it.
 * @property {string | (() => string)} [embedUrl]
 * @property {Record<string, any>} [iframe]
 */

/**
 * @param {HTMLElement} element
 * @param {Record<string, FrameService>} [settings] of the page, which a shim has kept
 * @returns {Container | undefined}
 */
export const readIframemanager = ({ dataset, attributes }, settings = {}) => {
  const name = String(dataset.service);
  const { embedUrl, iframe = {} } = settings[name] ?? {};
  const pattern =
    (typeof embedUrl === "function" ? embedUrl() : embedUrl) ??
    /** @type {Record<string, string>} */ (SERVICES)[name.toLowerCase()];
  if (!pattern) return undefined;
  const params = dataset.params ?? iframe.params;
  const address =
    pattern.replaceAll("{data-id}", String(dataset.id)).replaceAll("{host}", location.hostname) +
    (params ? `?${params.replace(/^\?/, "")}` : "");
  const own = [...attributes]
    .filter(({ name }) => name.startsWith("data-iframe-"))
    .map(({ name, value }) => [name.slice(12), value]);
  const { onload, params: _, ...common } = iframe;
  const ratio = dataset.ratio ?? "16:9";
  return {
    name,
    kinds: [],
    address,
    attributes: { title: dataset.title ?? "", ...common, ...Object.fromEntries(own) },
    style: { width: "100%", "aspect-ratio": ratio.replace(":", "/"), border: "0" },
    preview: isOwn(dataset.thumbnail) ? dataset.thumbnail : undefined,
  };
};

/** Whether a service of tarteaucitron is shown by containers. @param {string} name */
export const isContainer = (name) => CONTAINERS.some(([, service]) => service === name);
