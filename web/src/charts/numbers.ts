// Numbers as the pages print them.

export function number(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1).replace(".0e", "e").replace("e+", "e").replaceAll("-", "−");
  const text = size >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return "–";
  return `${Math.round(100 * share)} %`;
}

export function power(value: number): string {
  if (value >= 0.01 && value < 10000) return String(Number(value.toPrecision(1)));
  const exponent = Math.round(Math.log10(value));
  const raised = [...String(exponent)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
  return `10${raised}`;
}

export const CURVES = 5;
export const DASHES: number[][] = [[], [7, 4], [2, 2.5], [10, 3, 2, 3], [12, 4]];
