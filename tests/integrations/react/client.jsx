import { hydrateRoot } from "react-dom/client";
import { Document } from "./document.jsx";

// The text has arrived with the markup; React asks for it only if it must render that part anew.
const reviews = location.search.includes("reviews") && { read: () => "All like it" };

hydrateRoot(document, <Document path={location.pathname} reviews={reviews} />);
