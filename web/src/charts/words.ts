// Numbers of tables as the report writes them: src/immunoreset/report/words.py says the same, and a test compares the two.

const MINUS = "−";

// Digits after the point as Python rounds them: what lies exactly between goes to the even digit.
export function fixed(value: number, digits: number): string {
  const exact = value.toFixed(Math.min(100, digits + 40));
  const rest = exact.slice(exact.indexOf(".") + 1 + digits);
  if (!/^50*$/.test(rest)) return value.toFixed(digits);
  const below = exact.slice(0, exact.length - rest.length).replace(/\.$/, "");
  return Number(below.at(-1)) % 2 === 0 ? below : value.toFixed(digits);
}

export function significant(value: number, digits: number): string {
  const text = fixed(value, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

export function exponential(value: number): string {
  const size = Math.abs(value);
  const unit = 10 ** (Math.floor(Math.log10(size)) - 1);
  const rest = size % unit;
  const between = unit > 1 && 2 * rest === unit; // then the even digit, as above
  const even = (size - rest) / unit + (((size - rest) / unit) % 2);
  return (between ? Math.sign(value) * even * unit : value).toExponential(1).replace(".0e", "e").replace("e+", "e");
}

function digitsOf(value: number, unit: string): string {
  if (unit === "fraction") {
    const percent = 100 * value;
    return `${fixed(percent, percent === 0 || percent === 100 || (percent >= 1 && percent <= 99) ? 0 : 1)} %`;
  }
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return exponential(value);
  if (size >= 100) return fixed(value, 0);
  if (value === 0) return "0";
  return significant(value, size >= 10 || Number.isInteger(value) ? 3 : 2);
}

export function shown(value: number | null | undefined, unit = ""): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return digitsOf(value, unit).replaceAll("-", MINUS);
}

export function interval(low: number | null | undefined, high: number | null | undefined, unit = ""): string {
  if (low === null || high === null || low === undefined || high === undefined) return "–";
  const [first, last] = [shown(low, unit), shown(high, unit)];
  return first.startsWith(MINUS) ? `${first} to ${last}` : `${first.replace(/ %$/, "")}–${last}`;
}

export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

// The label of an outcome as the report has it: what the number is of many twins, and its unit.
export function labelled(label: string, statistic: string, unit: string): string {
  const word = { mean: "mean", median: "median", sd: "standard deviation" }[statistic] ?? "";
  return [label, label.toLowerCase().includes(word) ? "" : word, unit === "fraction" ? "" : unit].filter(Boolean).join(", ");
}

interface Told {
  published_text: string;
  standing: string;
  tuned: boolean | string;
  band: string;
}

// What stands beside a published number that was not read in the publication itself, as in the report.
const LESS_KNOWN: Record<string, string> = { secondary: "secondary", unverified: "recalled, unverified" };

export function lessKnown(row: Told): string {
  return LESS_KNOWN[row.standing] ?? "";
}

const OWN_BAND = "tolerance chosen by us: ";

export function isOurs(row: Told): boolean {
  return row.band.startsWith(OWN_BAND);
}

export function published(row: Told): string {
  return row.published_text.replaceAll(" -", ` ${MINUS}`);
}

// What must be known to read a published number rightly: whether it was checked, tuned to, and whose the band is.
export function remarks(row: Told): string {
  const tuned = row.tuned === true ? "tuned to" : row.tuned ? "tuned indirectly" : "";
  return [lessKnown(row), tuned, isOurs(row) ? "band ours" : ""].filter(Boolean).join("; ");
}
