// One line of the forest plot: published range and number, simulated number with its interval, on a scale of its own.
import { scaleLinear } from "d3-scale";

import { number } from "../charts/numbers";
import type { Comparison } from "./types";

const WIDTH = 210;
const EDGE = 8;

export function Interval({ row }: { row: Comparison }) {
  const known = [row.low, row.high, row.published, row.simulated, row.simulated_low, row.simulated_high].filter((size) => size !== null && Number.isFinite(size)) as number[];
  const share = row.unit === "fraction";
  const domain = share ? [0, 1] : [Math.min(...known), Math.max(...known)];
  const x = scaleLinear(domain[0] === domain[1] ? [domain[0] - 1, domain[1] + 1] : domain, [EDGE, WIDTH - EDGE]);
  const ends = x.domain().map((size) => (share ? `${100 * size} %` : number(size)));
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} 30`} style={{ width: WIDTH }} aria-hidden="true">
      <rect x={x(row.low)} y={1} width={Math.max(x(row.high) - x(row.low), 1.5)} height={14} fill="var(--line)" />
      <line className="axis" x1={EDGE} x2={WIDTH - EDGE} y1={18} y2={18} strokeOpacity={0.5} />
      <text x={EDGE} y={28} style={{ fontSize: 9 }}>
        {ends[0]}
      </text>
      <text x={WIDTH - EDGE} y={28} textAnchor="end" style={{ fontSize: 9 }}>
        {ends[1]}
      </text>
      {row.published !== null && <line x1={x(row.published)} x2={x(row.published)} y1={0} y2={16} stroke="var(--ink)" strokeWidth={2} />}
      <g className={row.verdict}>
        {row.simulated_low !== null && row.simulated_high !== null && (
          <line x1={x(row.simulated_low)} x2={x(row.simulated_high)} y1={8} y2={8} stroke="currentColor" strokeWidth={1.5} />
        )}
        {row.simulated !== null && <Dot at={x(row.simulated)} inside={row.verdict === "inside"} />}
      </g>
    </svg>
  );
}

function Dot({ at, inside }: { at: number; inside: boolean }) {
  if (inside) return <circle cx={at} cy={8} r={4} fill="currentColor" stroke="var(--sheet)" />;
  return <path d={`M${at} 3 L${at + 5} 8 L${at} 13 L${at - 5} 8 Z`} fill="currentColor" stroke="var(--sheet)" />;
}
