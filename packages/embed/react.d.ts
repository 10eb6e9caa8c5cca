/// <reference path="./kelisim.d.ts" />
import type { ReactNode } from "react";

/** What may run now; the component is rendered again after every change. */
export declare function useConsent(): KelisimChoice;

/** Creates its children only while they are allowed, and removes them on withdrawal. */
export declare function Consent(props: {
  /** What it needs: one category, or several with spaces between. */
  category: KelisimCategories;
  /** The service of the register that it shows, by its id: it follows that service's switch. */
  service?: string;
  /** What is there instead, such as a button that calls `open`. */
  fallback?: ReactNode;
  children?: ReactNode;
}): ReactNode;
