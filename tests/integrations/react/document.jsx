// The whole document, as the server renders it and the browser hydrates it.

import { Consent } from "@kelisim/embed/react";
import { Suspense, useEffect, useState } from "react";

const Home = () => {
  const [count, setCount] = useState(0);
  return (
    <>
      <h1>Shop</h1>
      <button id="count" type="button" onClick={() => setCount(count + 1)}>
        {count}
      </button>
    </>
  );
};

const Course = () => (
  <>
    <h1>The course</h1>
    <iframe
      data-consent="marketing"
      data-src="https://video.example/course"
      title="The course in two minutes"
      width="560"
      height="315"
    />
    <script type="text/plain" data-consent="analytics" src="https://counter.example/count.js" />
    <Consent category="marketing">
      <iframe id="map" src="https://map.example/" title="Where we are" />
    </Consent>
  </>
);

/** A part that the server sends later than the rest of the page. */
const Reviews = ({ reviews }) => <p id="reviews">{reviews.read()}</p>;

export const Document = ({ path: first, reviews }) => {
  const [path, setPath] = useState(first);
  useEffect(() => {
    const show = () => setPath(location.pathname);
    addEventListener("popstate", show);
    return () => removeEventListener("popstate", show);
  }, []);
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
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>Shop</title>
        <link rel="icon" href="data:," />
        <script src="https://policies.shop.kz/embed.js" async />
      </head>
      <body>
        <nav>
          {link("/", "Shop")} {link("/course", "The course")}
        </nav>
        <main>{path === "/course" ? <Course key="course" /> : <Home key="home" />}</main>
        {reviews && (
          <Suspense fallback={<p>Reviews …</p>}>
            <Reviews reviews={reviews} />
          </Suspense>
        )}
        <footer>
          <a href="https://policies.shop.kz/en/choices/" data-choices="open">
            Your privacy choices
          </a>
        </footer>
      </body>
    </html>
  );
};
