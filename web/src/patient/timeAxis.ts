// The one time axis of all panels: linear, or stretched around the infusion.

export interface Range {
  first: number;
  last: number;
}

const LINEAR: [longest: number, step: number][] = [
  [16, 2],
  [40, 7],
  [70, 14],
  [130, 30],
  [260, 60],
  [500, 90],
  [800, 180],
  [2000, 365],
];
const STRETCHED = [-365, -90, -30, -7, 0, 7, 30, 90, 365, 730, 1825, 3650];
export const ASINH = 10; // days; linear within about this distance of the infusion, logarithmic beyond

export function ticks({ first, last }: Range, logTime: boolean): number[] {
  if (logTime) return STRETCHED.filter((day) => day >= first && day <= last);
  const step = LINEAR.find(([longest]) => last - first <= longest)?.[1] ?? 730;
  const found: number[] = [];
  for (let day = Math.ceil(first / step) * step; day <= last; day += step) found.push(day);
  return found;
}

export function readRange(text: string | null, whole: Range): Range {
  const [first, last] = (text ?? "").split(",").map(Number);
  if (!Number.isFinite(first) || !Number.isFinite(last) || last - first < 1) return whole;
  return { first: Math.max(first, whole.first), last: Math.min(last, whole.last) };
}
