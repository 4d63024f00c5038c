// One quantity over time: bands of the twins, typical courses, earlier runs as ghosts, and what the crosshair reads.
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import uPlot from "uplot";

import { number } from "../charts/numbers";
import { dress, level, type Marks } from "./marks";
import { columnsOf, dataOf, seriesOf, type PanelCurves } from "./panelData";
import type { Panel } from "../api/types";
import { ASINH, ticks, type Range } from "./timeAxis";
import { valueAxis, valueRange } from "./valueAxis";

interface Given {
  panel: Panel;
  days: number[];
  curves: PanelCurves;
  names: string[];
  marks: Marks;
  range: Range;
  logTime: boolean;
  theme: string;
  onZoom: (range: Range) => void;
}

export const CROSSHAIR = "patient";

// The same object as long as it holds the same columns, so that a panel is drawn anew only for new values.
function useSame(curves: PanelCurves): PanelCurves {
  const kept = useRef({ curves, columns: columnsOf(curves) });
  const columns = columnsOf(curves);
  const same = columns.length === kept.current.columns.length && columns.every((column, place) => column === kept.current.columns[place]);
  if (!same) kept.current = { curves, columns };
  return kept.current.curves;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function TimePanel({ panel, days, curves, names, marks, range, logTime, theme, onZoom }: Given) {
  const place = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef({ marks, range, onZoom, curves, domains: curves.domains });
  shown.current = { marks, range, onZoom, curves, domains: curves.domains };
  const drawn = useSame(curves);
  const data = useMemo(() => dataOf(days, drawn, panel), [days, drawn, panel]);
  const latest = useRef(data);
  latest.current = data;
  const shape = `${curves.treatments.length} ${curves.ghosts.length} ${logTime} ${theme}`;

  useLayoutEffect(() => {
    const box = place.current as HTMLDivElement;
    const soft = colour("--soft");
    const grid = { stroke: colour("--grid"), width: 1 };
    const ends = { stroke: colour("--line-strong"), width: 1, size: 3 };
    const { series, bands } = seriesOf(curves, colour);
    const made = new uPlot(
      {
        width: box.clientWidth,
        height: 148,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: {
          sync: { key: CROSSHAIR, setSeries: false },
          drag: { x: true, y: false, setScale: false },
          points: { size: 5 },
          y: false,
        },
        select: { show: true, left: 0, top: 0, width: 0, height: 0 },
        scales: {
          x: { time: false, distr: logTime ? 4 : 1, asinh: ASINH, range: () => [shown.current.range.first, shown.current.range.last] },
          y: { distr: panel.log ? 3 : 1, range: (_, low, high) => valueRange(panel, low, high) },
        },
        axes: [
          {
            size: 22,
            gap: 3,
            font: `10.5px ${getComputedStyle(document.body).fontFamily}`,
            stroke: soft,
            grid,
            ticks: ends,
            filter: (_, splits) => splits,
            splits: () => ticks(shown.current.range, logTime),
            values: (_, days) => days.map((day) => String(day).replace("-", "−")),
          },
          { filter: (_, splits) => splits, ...valueAxis(panel), size: 42, gap: 3, font: `10.5px ${getComputedStyle(document.body).fontFamily}`, stroke: soft, grid, ticks: ends },
        ],
        series,
        bands,
        hooks: {
          drawClear: [(drawn) => dress(drawn, panel, shown.current.marks, shown.current.domains, colour)],
          drawAxes: [(drawn) => panel.line !== null && level(drawn, panel.line, colour("--line-strong"))],
          setCursor: [(drawn) => read(drawn, readout.current, panel, shown.current.curves)],
          setSelect: [
            (drawn) => {
              if (drawn.select.width < 4) return;
              const first = drawn.posToVal(drawn.select.left, "x");
              const last = drawn.posToVal(drawn.select.left + drawn.select.width, "x");
              drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              shown.current.onZoom({ first: Math.round(first), last: Math.round(last) });
            },
          ],
        },
      },
      latest.current,
      box,
    );
    plot.current = made;
    const watched = new ResizeObserver(() => {
      if (box.clientWidth) made.setSize({ width: box.clientWidth, height: 148 });
    });
    watched.observe(box);
    return () => {
      watched.disconnect();
      made.destroy();
      plot.current = null;
    };
    // The drawing is made anew when its lines change in number or colour; new values go through setData below.
  }, [shape, panel]);

  useLayoutEffect(() => {
    plot.current?.setData(data);
  }, [data]);

  useEffect(() => {
    plot.current?.setScale("x", { min: range.first, max: range.last });
  }, [range.first, range.last]);

  useEffect(() => {
    plot.current?.redraw(false);
  }, [marks]);

  return (
    <figure className="panel" data-output={panel.output}>
      <figcaption>
        <b>
          {panel.title} <span className="unit">{panel.unit}</span>
        </b>
      </figcaption>
      <div className="now" ref={readout}>
        <span className="meaning">{panel.line_meaning && `┄ ${panel.line_meaning}`}</span>
        {names.map((name, order) => (
          <b key={order} className={`curve-${order}`} title={name} hidden />
        ))}
      </div>
      <div className="canvas" ref={place} role="img" aria-label={`${panel.title}, ${panel.unit}, by day; the values are in the table below`} />
    </figure>
  );
}

// Writes the values under the crosshair straight into the page: React need not know about every move of the pointer.
function read(drawn: uPlot, box: HTMLDivElement | null, panel: Panel, curves: PanelCurves): void {
  if (!box) return;
  const at = drawn.cursor.idx;
  const here = at !== null && at !== undefined && drawn.cursor.left !== undefined && drawn.cursor.left >= 0;
  const [meaning, ...values] = box.children as unknown as HTMLElement[];
  meaning.hidden = here;
  values.forEach((value, order) => {
    const typical = curves.treatments[order]?.typical;
    value.hidden = !here || !typical;
    if (here && typical) value.textContent = reading(typical[at] ?? null, panel);
  });
}

const SMALL = 1e-3;

function reading(value: number | null, panel: Panel): string {
  const unit = panel.unit.startsWith("%") ? "%" : panel.unit.startsWith("×") ? "×" : panel.unit;
  const least = panel.log ? (panel.floor ?? SMALL) : SMALL;
  return value !== null && value < least ? `${panel.log ? `< ${number(least)}` : "0"} ${unit}` : `${number(value)} ${unit}`;
}
