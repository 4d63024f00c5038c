// The columns that a panel draws: for each treatment four quantiles, the typical course and the edges of what is not known, then
// the ghosts.
import type uPlot from "uplot";

import { DASHES } from "../charts/numbers";
import type { Panel } from "../api/types";

export type Values = (number | null)[];

export interface TreatmentCurves {
  typical: Values | null;
  quantiles: Values[] | null;
  // Low and high of the median over draws of the numbers.
  edges: Values[] | null;
}

export interface PanelCurves {
  treatments: TreatmentCurves[];
  ghosts: (Values | null)[];
  domains: Domain[];
}

export interface Domain {
  name: string;
  points: Values;
}

export const EDGE = [1.5, 4.5]; // dots far apart, unlike the line of any treatment
const DRAWN_QUANTILES = [0, 1, 3, 4]; // 5, 25, 75 and 95 %; the line is the typical patient

// What the drawing depends on, column by column.
export function columnsOf({ treatments, ghosts, domains }: PanelCurves): unknown[] {
  return [treatments.length, ...treatments.flatMap((one) => [one.typical, one.quantiles, one.edges]), ...ghosts, ...domains.map((domain) => domain.points)];
}

function lifted(values: Values, floor: number | null): Values {
  if (floor === null) return values;
  return values.map((value) => (value === null ? null : Math.max(value, floor)));
}

export function dataOf(days: number[], curves: PanelCurves, panel: Panel): uPlot.AlignedData {
  const floor = panel.log ? (panel.floor ?? 1e-3) : null;
  const nothing: Values = new Array(days.length).fill(null);
  const columns: Values[] = [];
  for (const { typical, quantiles, edges } of curves.treatments) {
    for (const order of DRAWN_QUANTILES) columns.push(quantiles ? lifted(quantiles[order], floor) : nothing);
    columns.push(typical ? lifted(typical, floor) : nothing);
    for (const end of [0, 1]) columns.push(edges ? lifted(edges[end], floor) : nothing);
  }
  for (const ghost of curves.ghosts) columns.push(ghost ? lifted(ghost, floor) : nothing);
  return [days, ...columns];
}

export function seriesOf(curves: PanelCurves, colour: (name: string) => string): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const hidden: uPlot.Series = { width: 0, points: { show: false } };
  curves.treatments.forEach((_, order) => {
    const stroke = colour(`--curve-${order}`);
    const first = series.length;
    series.push({ ...hidden }, { ...hidden }, { ...hidden }, { ...hidden });
    series.push({ stroke, width: 1.75, dash: DASHES[order], points: { show: false } });
    const edge: uPlot.Series = { stroke, width: 1.25, dash: EDGE, points: { show: false } };
    series.push({ ...edge }, { ...edge });
    bands.push({ series: [first + 3, first], fill: `${stroke}24` }, { series: [first + 2, first + 1], fill: `${stroke}3d` });
  });
  for (const _ of curves.ghosts) series.push({ stroke: colour("--line-strong"), width: 1, alpha: 0.75, points: { show: false } });
  return { series, bands };
}
