/**
 * What `site.js` (pages of the site) and `embed.js` (other pages) offer to a page's own scripts.
 * Copy this file, or fetch `/kelisim.d.ts` of the policy site.
 */

/** What a visitor has allowed. Essential is always there and not asked about. */
interface KelisimChoice {
  functional: boolean;
  analytics: boolean;
  marketing: boolean;
}

interface Kelisim {
  /** What may run now; everything is `false` until the visitor's choice or the law of their place is known. */
  choice(): KelisimChoice;
  /** Shows the banner with the categories. Resolves to `false` when the page can't show it, because a filter hides it. */
  open(): Promise<boolean>;
  /** Calls the listener at once, and after every change of what may run. */
  onChange(listener: (choice: KelisimChoice) => void): void;
}

interface Window {
  /** Missing until the script has run; `consent:change` says when. */
  kelisim?: Kelisim;
}

interface DocumentEventMap {
  /** What may run has been decided, or has changed. */
  "consent:change": CustomEvent<KelisimChoice>;
}
