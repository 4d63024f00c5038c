import { createRoot } from "react-dom/client";

import { App } from "./App";
import { showTheme } from "./view/theme";
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/page.css";
import "./style/controls.css";
import "./style/charts.css";
import "./style/print.css";

showTheme();
createRoot(document.getElementById("page") as HTMLElement).render(<App />);
