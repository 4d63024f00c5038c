// A lane for each patient: what held from which day to which.
import { scaleLinear } from "d3-scale";

import { Frame } from "./Frame";

export interface Lane {
  patient: string;
  twin: number;
  spans: { what: string; from: number; to: number }[];
  relapse_free: boolean | null;
}

const LANE = 11;
const KINDS: [what: string, colour: string, from: number, tall: number][] = [
  ["SLEDAI-2K of 0", "#009e73", 0, 0.84],
  ["no B cells", "#56b4e9", 0, 0.42],
  ["CAR-T in blood", "#e69f00", 0.42, 0.42],
];

export function Swimmers({ title, name, lanes, last }: { title: string; name: string; lanes: Lane[]; last: number }) {
  const box = { width: 860, height: 54 + LANE * lanes.length, left: 76, right: 20, top: 8, bottom: 38 };
  const x = scaleLinear([0, last], [box.left, box.width - box.right]);
  return (
    <>
      <Frame title={title} name={name} words={`${title}, ${lanes.length} patients`} box={box} x={x} y={null} xLabel="days since infusion">
        {lanes.map((lane, order) => (
          <g key={order} transform={`translate(0,${box.top + LANE * order})`}>
            {order % 5 === 0 && (
              <text x={box.left - 6} y={LANE * 0.8} textAnchor="end" style={{ fontSize: 9 }}>
                {lane.patient.startsWith("patient") ? lane.patient : `${lane.patient}.${lane.twin}`}
              </text>
            )}
            <line className="grid" x1={x(0)} x2={x(last)} y1={LANE / 2} y2={LANE / 2} />
            {KINDS.flatMap(([what, colour, from, tall]) =>
              lane.spans
                .filter((span) => span.what === what)
                .map((span, at) => <rect key={what + at} x={x(Math.max(span.from, 0))} width={Math.max(x(span.to) - x(Math.max(span.from, 0)), 1)} y={LANE * from} height={LANE * tall} fill={colour} />),
            )}
            {lane.relapse_free === true && <path d={`M${x(last) + 4} ${LANE * 0.1} l8 ${LANE * 0.35} l-8 ${LANE * 0.35} Z`} fill="var(--ink)" />}
          </g>
        ))}
      </Frame>
      <div className="key">
        {KINDS.filter(([what]) => lanes.some((lane) => lane.spans.some((span) => span.what === what))).map(([what, colour]) => (
          <span key={what}>
            <i className="patch" style={{ background: colour }} />
            {what}
          </span>
        ))}
        {lanes.some((lane) => lane.relapse_free !== null) && <span>▸ responded, without relapse by day 540</span>}
      </div>
    </>
  );
}
