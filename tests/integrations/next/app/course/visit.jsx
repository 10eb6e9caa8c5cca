"use client";

import { Consent } from "@kelisim/embed/react";

export const Visit = () => (
  <Consent category="marketing" fallback={<p>The map needs your consent.</p>}>
    <iframe id="map" src="https://map.example/" title="Where we are" />
  </Consent>
);
