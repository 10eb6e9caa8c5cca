"use client";

import { useState } from "react";

export default function Page() {
  const [count, setCount] = useState(0);
  return (
    <>
      <h1>Shop</h1>
      <button id="count" type="button" onClick={() => setCount(count + 1)}>
        {count}
      </button>
    </>
  );
}
