/// <reference path="./kelisim.d.ts" />

/**
 * Puts the policy site's script into the page, once; on a server it does nothing. Call it where the
 * app starts in the browser, in React from an effect: a script that is added before React has
 * hydrated a whole document disturbs it.
 */
export declare function load(site: {
  /** Address of the script, such as `https://policies.shop.kz/embed.js`. */
  src: string;
  /** Where the page's own host passes calls of the consent service on, such as `/api/consent`. */
  api?: string;
  /** `"none"`: pages without a link to the choices get no button. */
  choices?: "none";
}): void;

/** What may run now; everything is `false` on a server and until it is known. */
export declare function choice(): KelisimChoice;

/** Whether something may run now that needs these categories, and shows this service. */
export declare function allows(category: KelisimCategories, service?: string): boolean;

/** Opens the settings. Resolves to `false` when the page can't show them. */
export declare function open(): Promise<boolean>;

/**
 * Calls the listener as soon as it is known what may run, at once if it is, and after every change.
 * @returns what ends that
 */
export declare function onConsent(listener: (choice: KelisimChoice) => void): () => void;
