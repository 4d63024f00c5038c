// Lines with their bands: Kaplan-Meier steps, or estimates by visit with intervals.
import { area, curveLinear, curveStepAfter, line } from "d3-shape";
import { scaleLinear } from "d3-scale";

import { BOX, Frame } from "./Frame";
import { DASHES, percent } from "./numbers";

export interface Line {
  name: string;
  order: number;
  x: number[];
  y: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

interface Given {
  title: string;
  name: string;
  lines: Line[];
  kind: "steps" | "visits";
  share: boolean;
  xLabel: string;
  yLabel: string;
}

interface Point {
  x: number;
  y: number;
  low: number;
  high: number;
}

function pointsOf(given: Line, shift: number): Point[] {
  const points = given.x.map((x, at) => ({ x: x + shift, y: given.y[at], low: given.low[at], high: given.high[at] }));
  return points.filter((point) => point.y !== null).map((point) => ({ x: point.x, y: point.y as number, low: point.low ?? (point.y as number), high: point.high ?? (point.y as number) }));
}

export function Lines({ title, name, lines, kind, share, xLabel, yLabel }: Given) {
  const { width, height, left, right, top, bottom } = BOX;
  const days = lines.flatMap((one) => one.x);
  const last = Math.max(...days, 1);
  const first = kind === "steps" ? 0 : Math.min(0, ...days);
  const highest = share ? 1 : Math.max(...lines.flatMap((one) => [...one.high, ...one.y]).filter((value) => value !== null), 1);
  const lowest = share ? 0 : Math.min(0, ...lines.flatMap((one) => [...one.low, ...one.y]).filter((value) => value !== null));
  const x = scaleLinear([first, last * (kind === "visits" ? 1.04 : 1)], [left, width - right]);
  const y = scaleLinear([lowest, highest], [height - bottom, top]);
  const curve = kind === "steps" ? curveStepAfter : curveLinear;
  const band = area<Point>((point) => x(point.x), (point) => y(point.low), (point) => y(point.high)).curve(curve);
  const path = line<Point>((point) => x(point.x), (point) => y(point.y)).curve(curve);
  const step = last / 120;
  const ends = lines.map((one) => `${one.name} ends at ${share ? percent(one.y.at(-1)) : one.y.at(-1)}`).join(", ");
  return (
    <Frame title={title} name={name} words={`${title}: ${ends}`} box={BOX} x={x} y={y} xLabel={xLabel} yLabel={yLabel} yWords={share ? percent : undefined} xTicks={kind === "visits" ? [...new Set(days)].sort((one, other) => one - other) : undefined}>
      {lines.map((one) => {
        const points = pointsOf(one, kind === "visits" ? step * (one.order - (lines.length - 1) / 2) : 0);
        return (
          <g key={one.name} className={`curve-${one.order}`}>
            {kind === "steps" && <path d={band(points) ?? ""} fill="currentColor" fillOpacity={0.15} />}
            <path d={path(points) ?? ""} fill="none" stroke="currentColor" strokeWidth={1.75} strokeDasharray={DASHES[one.order % DASHES.length].join(" ")} />
            {kind === "visits" &&
              points.map((point) => (
                <g key={point.x} stroke="currentColor">
                  <line x1={x(point.x)} x2={x(point.x)} y1={y(point.low)} y2={y(point.high)} strokeWidth={1.25} />
                  <circle cx={x(point.x)} cy={y(point.y)} r={3} fill="currentColor" stroke="none" />
                </g>
              ))}
          </g>
        );
      })}
    </Frame>
  );
}
