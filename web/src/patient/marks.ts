// What lies behind the curves: phases of the course, meaningful levels, doses and events, and SLEDAI-2K by domain.
import type uPlot from "uplot";

import type { Panel } from "../api/types";
import { BY_DOMAIN } from "./allPanels";
import type { Domain } from "./panelData";

export interface Phase {
  name: string;
  from: number;
  to: number;
  tint: number;
  strength: number;
}

export interface Mark {
  day: number;
  what: string;
  care: boolean;
}

export interface Marks {
  phases: Phase[];
  events: Mark[];
  days: number[];
  crs: (number | null)[];
}

const GRADES = ["", "#f6d9a8", "#e69f00", "#d55e00", "#8b1a1a"];
const DOMAIN_COLOURS: Record<string, string> = {
  CNS: "#0072b2",
  VASC: "#d55e00",
  MSK: "#009e73",
  RENAL: "#f0e442",
  SKIN: "#e69f00",
  SEROSA: "#cc79a7",
  SEROLOGY: "#56b4e9",
  CONST: "#999999",
  HEME: "#8b1a1a",
};

// The same domain has the same colour for every patient.
export function colourOfDomain(name: string): string {
  return DOMAIN_COLOURS[name] ?? "#555555";
}

export function dress(drawn: uPlot, panel: Panel, marks: Marks, domains: Domain[], colour: (name: string) => string): void {
  const { ctx, bbox } = drawn;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const phase of marks.phases) shade(drawn, phase, colour(`--phase-${phase.tint}`));
  if (panel.output === BY_DOMAIN) stack(drawn, domains);
  if (panel.output === "il6") grade(drawn, marks);
  ctx.restore();
  for (const event of marks.events) pointAt(drawn, event, colour(event.care ? "--curve-1" : "--ink"));
}

function shade(drawn: uPlot, phase: Phase, rgb: string): void {
  const left = drawn.valToPos(phase.from, "x", true);
  const right = drawn.valToPos(phase.to, "x", true);
  drawn.ctx.fillStyle = `rgb(${rgb} / ${phase.strength})`;
  drawn.ctx.fillRect(left, drawn.bbox.top, Math.max(right - left, 1), drawn.bbox.height);
}

// CRS grades as a strip along the lower edge, each grade with its number.
function grade(drawn: uPlot, { days, crs }: Marks): void {
  const { ctx, bbox } = drawn;
  const tall = 12 * devicePixelRatio;
  let from = 0;
  for (let at = 1; at <= days.length; at += 1) {
    if (at < days.length && crs[at] === crs[from]) continue;
    const worst = Math.round(crs[from] ?? 0);
    if (worst >= 1) {
      const left = drawn.valToPos(days[from], "x", true);
      const right = drawn.valToPos(days[Math.min(at, days.length - 1)], "x", true);
      ctx.fillStyle = GRADES[Math.min(worst, 4)];
      ctx.fillRect(left, bbox.top + bbox.height - tall, Math.max(right - left, 2), tall);
      ctx.fillStyle = worst >= 3 ? "#fff" : "#222";
      ctx.font = `${10 * devicePixelRatio}px sans-serif`;
      ctx.textAlign = "center";
      if (right - left > 8 * devicePixelRatio) ctx.fillText(String(worst), (left + right) / 2, bbox.top + bbox.height - 3 * devicePixelRatio);
    }
    from = at;
  }
}

// Above the grid, which may have a line at the same value.
export function level(drawn: uPlot, value: number, colour: string): void {
  const { ctx, bbox } = drawn;
  const y = Math.round(drawn.valToPos(value, "y", true)) + 0.5;
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

// A small triangle at the upper edge; rescue given by a rule of care has its own colour.
function pointAt(drawn: uPlot, event: Mark, colour: string): void {
  const { ctx, bbox } = drawn;
  const x = drawn.valToPos(event.day, "x", true);
  if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) return;
  const size = 3.5 * devicePixelRatio;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(x - size, bbox.top - 1.6 * size);
  ctx.lineTo(x + size, bbox.top - 1.6 * size);
  ctx.lineTo(x, bbox.top);
  ctx.fill();
}

function stack(drawn: uPlot, domains: Domain[]): void {
  const days = drawn.data[0];
  const below = new Array<number>(days.length).fill(0);
  const { ctx } = drawn;
  domains.forEach((domain) => {
    ctx.fillStyle = `${colourOfDomain(domain.name)}8c`;
    ctx.beginPath();
    days.forEach((day, at) => {
      const y = drawn.valToPos(below[at] + (domain.points[at] ?? 0), "y", true);
      if (at === 0) ctx.moveTo(drawn.valToPos(day, "x", true), y);
      else ctx.lineTo(drawn.valToPos(day, "x", true), y);
    });
    for (let at = days.length - 1; at >= 0; at -= 1) ctx.lineTo(drawn.valToPos(days[at], "x", true), drawn.valToPos(below[at], "y", true));
    ctx.fill();
    domain.points.forEach((points, at) => {
      below[at] += points ?? 0;
    });
  });
}
