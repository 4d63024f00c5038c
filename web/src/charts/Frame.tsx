// Axes, grid and labels around a drawing, in the style of the time panels.
import { useId, useRef, type ReactNode } from "react";
import type { ScaleLinear } from "d3-scale";

import { Downloads } from "../Downloads";
import { number } from "./numbers";

export interface Box {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export const BOX: Box = { width: 420, height: 250, left: 58, right: 12, top: 10, bottom: 38 };

type Scale = ScaleLinear<number, number>;

interface Given {
  title: string;
  name: string;
  words: string;
  box: Box;
  x: Scale | null;
  y: Scale | null;
  xLabel?: string;
  yLabel?: string;
  xTicks?: number[];
  yWords?: (value: number) => string;
  children: ReactNode;
}

export function Frame({ title, name, words, box, x, y, xLabel = "", yLabel = "", xTicks, yWords = number, children }: Given) {
  const drawing = useRef<SVGSVGElement>(null);
  const id = useId();
  const { width, height, left, right, top, bottom } = box;
  return (
    <figure className="sheet" style={{ margin: 0 }} data-chart={name}>
      <div className="head">
        <h3 id={id} style={{ marginRight: "auto" }}>
          {title}
        </h3>
        <Downloads svg={() => alone(drawing.current as SVGSVGElement)} name={name} />
      </div>
      <svg ref={drawing} className="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        {y?.ticks(5).map((value) => (
          <g key={value} transform={`translate(0,${y(value)})`}>
            <line className="grid" x1={left} x2={width - right} />
            <text x={left - 6} dy="0.32em" textAnchor="end">
              {yWords(value)}
            </text>
          </g>
        ))}
        {x && (
          <g transform={`translate(0,${height - bottom})`}>
            <line className="axis" x1={left} x2={width - right} />
            {(xTicks ?? x.ticks(6)).map((value) => (
              <g key={value} transform={`translate(${x(value)},0)`}>
                <line className="axis" y2={4} />
                <text y={15} textAnchor="middle">
                  {number(value)}
                </text>
              </g>
            ))}
          </g>
        )}
        <text x={(left + width - right) / 2} y={height - 6} textAnchor="middle">
          {xLabel}
        </text>
        <text transform={`translate(11,${(top + height - bottom) / 2}) rotate(-90)`} textAnchor="middle">
          {yLabel}
        </text>
        {children}
      </svg>
    </figure>
  );
}

const DRAWN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "font-size", "font-family", "font-weight"];

// The drawing as it looks now, with the styles of the page written into it.
function alone(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const parts = [...drawing.querySelectorAll<SVGElement>("*")];
  [...copy.querySelectorAll<SVGElement>("*")].forEach((part, order) => {
    const seen = getComputedStyle(parts[order]);
    for (const name of DRAWN) part.setAttribute(name, seen.getPropertyValue(name));
    part.removeAttribute("class");
    part.removeAttribute("style");
  });
  const box = drawing.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(2 * box.width));
  copy.setAttribute("height", String(2 * box.height));
  return new XMLSerializer().serializeToString(copy);
}
