// Numbers of axes, curves and parameters, with more digits than the tables of outcomes have, rounded as those are.
import { exponential, fixed, shown, significant } from "./words";

export function number(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return exponential(value).replaceAll("-", "−");
  return (size >= 1000 ? fixed(value, 0) : significant(value, digits)).replace("-", "−");
}

export function percent(share: number | null | undefined): string {
  return shown(share, "fraction");
}

export function power(value: number): string {
  if (value >= 0.01 && value < 10000) return String(Number(value.toPrecision(1)));
  const exponent = Math.round(Math.log10(value));
  const raised = [...String(exponent)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
  return `10${raised}`;
}

export const CURVES = 5;
export const DASHES: number[][] = [[], [7, 4], [2, 2.5], [10, 3, 2, 3], [12, 4]];
