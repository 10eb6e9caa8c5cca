// The whole document of the shop, as the server renders it and the browser hydrates it.

import { Consent } from "@kelisim/embed/react";
import { useState } from "react";

const Goods = () => {
  const [count, setCount] = useState(0);
  return (
    <>
      <h1>Der Laden</h1>
      <button id="basket" type="button" onClick={() => setCount(count + 1)}>
        {`Im Warenkorb: ${count}`}
      </button>
    </>
  );
};

const Video = () => (
  <>
    <h1>So wird es gemacht</h1>
    <iframe
      data-consent="marketing"
      data-src="https://video.example/muster"
      title="So wird es gemacht"
      width="320"
      height="180"
    />
    <script type="text/plain" data-consent="analytics" src="https://counter.example/count.js" />
    <Consent category="marketing">
      <iframe id="map" src="https://map.example/" title="Anfahrt" />
    </Consent>
  </>
);

export const Document = ({ path: first }) => {
  const [path, setPath] = useState(first);
  const link = (to, name) => (
    <a
      href={to}
      onClick={(event) => {
        event.preventDefault();
        history.pushState(null, "", to);
        setPath(to);
      }}
    >
      {name}
    </a>
  );
  return (
    <html lang="de">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Muster</title>
        <link rel="icon" href="data:," />
        <script src="https://muster.de/embed.js" async />
        <script src="/client.js" defer />
      </head>
      <body>
        <nav>
          {link("/", "Laden")} {link("/video", "Video")}
        </nav>
        <main>{path === "/video" ? <Video key="video" /> : <Goods key="goods" />}</main>
        <footer>
          <a href="https://muster.de/de/agb/">AGB</a>{" "}
          <a href="https://muster.de/de/choices/" data-choices="open">
            Cookie-Einstellungen
          </a>
        </footer>
      </body>
    </html>
  );
};
