/**
 * What `embed.js` offers to a page's own scripts.
 * Copy this file, or fetch `/kelisim.d.ts` of the policy site.
 */

/** What a visitor has allowed. Essential is always there and not asked about. */
interface KelisimChoice {
  functional: boolean;
  analytics: boolean;
  marketing: boolean;
}

/** One category, or several with a space between them: all must be allowed. */
type KelisimCategories =
  | keyof KelisimChoice
  | `${keyof KelisimChoice} ${keyof KelisimChoice}`
  | "functional analytics marketing";

interface Kelisim {
  /** What may run now; everything is `false` until the visitor's choice or the law of their place is known. */
  choice(): KelisimChoice;
  /**
   * Whether something may run now that needs these categories, as markup with `data-consent` does.
   * With the id of a service of the register it follows that service's switch; without one it may be
   * of another provider than the register's, and waits for an answer also where the law lets the
   * operator's own services run.
   */
  allows(category: KelisimCategories, service?: string): boolean;
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
