// The app of `react/`, with React 19.

import { install } from "../install.mjs";
import { reactIntegration } from "../react/integration.mjs";

reactIntegration("19", await install("react-19"));
