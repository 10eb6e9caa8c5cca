/** Any image by its address, requested once a page. */
import { loader } from "../vendor.js";

export const load = loader({
  start: ({ id }) => {
    new Image().src = id;
  },
});
