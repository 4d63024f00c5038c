// One bar for each patient, the worst first.
import { scaleLinear } from "d3-scale";

import { BOX, Frame } from "./Frame";

export function Waterfall({ title, name, changes, order, yLabel, span }: { title: string; name: string; changes: number[]; order: number; yLabel: string; span: [number, number] }) {
  const { width, height, left, right, top, bottom } = BOX;
  const x = scaleLinear([0, changes.length], [left, width - right]);
  const y = scaleLinear(span, [height - bottom, top]).nice();
  const wide = Math.max((width - left - right) / changes.length, 0.4);
  const better = changes.filter((change) => change < 0).length;
  return (
    <Frame title={title} name={name} words={`${title}: better in ${better} of ${changes.length}`} box={BOX} x={null} y={y} xLabel={`${changes.length} patients, worst first`} yLabel={yLabel}>
      <g className={`curve-${order}`} fill="currentColor">
        {changes.map((change, at) => (
          <rect key={at} x={x(at)} width={wide > 3 ? wide - 0.75 : wide} y={Math.min(y(change), y(0))} height={Math.max(Math.abs(y(change) - y(0)), 0.6)} />
        ))}
      </g>
      <line className="axis" x1={left} x2={width - right} y1={y(0)} y2={y(0)} />
    </Frame>
  );
}
