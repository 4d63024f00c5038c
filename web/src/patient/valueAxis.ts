// The vertical axis of a panel: from its floor where it is logarithmic, from its floor or zero where it is not.
import type uPlot from "uplot";

import { number, power } from "../charts/numbers";
import type { Panel } from "../api/types";

const HEADROOM = 1.08;

export function valueRange(panel: Panel, low: number | null, high: number | null): [number, number] {
  const top = Math.max(high ?? 1, panel.line ?? 0);
  if (!panel.log) return [panel.floor ?? 0, top > 0 ? HEADROOM * top : 1];
  const floor = panel.floor ?? 10 ** Math.floor(Math.log10(Math.max(low ?? 0.1, 1e-3)));
  return [floor, Math.max(10 ** Math.ceil(Math.log10(top) - 1e-9), 10 * floor)];
}

export function valueAxis(panel: Panel): Partial<uPlot.Axis> {
  if (!panel.log) return { space: 26, values: (_, values) => values.map((value) => number(value)), incrs: panel.whole ? [1, 2, 5, 10, 20, 50] : undefined };
  return {
    splits: (drawn) => {
      const low = Math.round(Math.log10(drawn.scales.y.min as number));
      const high = Math.round(Math.log10(drawn.scales.y.max as number));
      const step = high - low > 6 ? 2 : 1;
      const found: number[] = [];
      for (let exponent = low; exponent <= high; exponent += step) found.push(10 ** exponent);
      return found;
    },
    values: (_, values) => values.map(power),
  };
}
