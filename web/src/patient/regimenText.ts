// The regimen is text; the sliders and ticks change single items of it. The server alone reads and judges the whole text.
import type { Drug } from "../api/types";

export const LOWEST_DOSE = 1e4;
export const HIGHEST_DOSE = 3e6;
export const NOTHING = "no treatment";
const CONDITIONING: Record<string, number> = { fludarabine: 25, cyclophosphamide: 1000 };
const DOSE_PER_KG = /^(\S+\s+)([\d.]+(?:e[+-]?\d+)?)(\s*cells\/kg\b.*)$/i;
const DOSE_PER_M2 = /^(\S+\s+)([\d.]+)(\s*mg\/m2\b.*)$/i;

export function itemsOf(text: string): string[] {
  if (text.trim().toLowerCase() === NOTHING) return [];
  return text.split(";").map((item) => item.trim()).filter(Boolean);
}

export function textOf(items: string[]): string {
  return items.length ? items.join("; ") : NOTHING;
}

export function drugOf(item: string): string {
  return (item.split(/\s+/)[0] ?? "").toLowerCase();
}

export function amountText(cells: number): string {
  return cells.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
}

function productItem(items: string[], products: Drug[]): number {
  return items.findIndex((item) => products.some((product) => product.name === drugOf(item)));
}

// Cells per kilogram; 0 where no cells are given, null where the text gives them in another way than the slider can.
export function doseOf(text: string, products: Drug[]): number | null {
  const items = itemsOf(text);
  const place = productItem(items, products);
  if (place < 0) return 0;
  const found = DOSE_PER_KG.exec(items[place]);
  return found && items.filter((item) => drugOf(item) === drugOf(items[place])).length === 1 ? Number(found[2]) : null;
}

export function withDose(text: string, cells: number, product: Drug, products: Drug[]): string {
  const items = itemsOf(text);
  const place = productItem(items, products);
  if (cells === 0) return textOf(items.filter((_, at) => at !== place));
  const found = place < 0 ? null : DOSE_PER_KG.exec(items[place]);
  const written = found ? `${found[1]}${amountText(cells)}${found[3]}` : `${product.name} ${amountText(cells)} cells/kg on day 0`;
  if (place < 0) return textOf([...conditioningItems(items), written, ...otherItems(items)]);
  return textOf(items.map((item, at) => (at === place ? written : item)));
}

export function productOf(text: string, products: Drug[]): string {
  const items = itemsOf(text);
  const place = productItem(items, products);
  return place < 0 ? "" : drugOf(items[place]);
}

export function withProduct(text: string, product: string, products: Drug[]): string {
  const items = itemsOf(text);
  const place = productItem(items, products);
  if (place < 0) return text;
  return textOf(items.map((item, at) => (at === place ? item.replace(/^\S+/, product) : item)));
}

function conditioningItems(items: string[]): string[] {
  return items.filter((item) => drugOf(item) in CONDITIONING);
}

function otherItems(items: string[]): string[] {
  return items.filter((item) => !(drugOf(item) in CONDITIONING));
}

// Percent of fludarabine 25 and cyclophosphamide 1000 mg/m2; null where the two differ or are given in another way.
export function conditioningOf(text: string): number | null {
  const items = conditioningItems(itemsOf(text));
  if (!items.length) return 0;
  const shares = items.map((item) => {
    const found = DOSE_PER_M2.exec(item);
    return found ? (100 * Number(found[2])) / CONDITIONING[drugOf(item)] : Number.NaN;
  });
  const complete = items.length === 2 && new Set(items.map(drugOf)).size === 2;
  return complete && Math.abs(shares[0] - shares[1]) < 0.5 ? Math.round(shares[0]) : null;
}

export function withConditioning(text: string, percent: number, drugs: Drug[]): string {
  const items = itemsOf(text);
  const others = otherItems(items);
  if (percent === 0) return textOf(others);
  const kept = conditioningItems(items);
  const wanted = Object.entries(CONDITIONING).map(([name, full]) => {
    const drug = drugs.find((one) => one.name === name);
    const item = kept.find((one) => drugOf(one) === name) ?? drug?.example ?? name;
    const amount = Number(((full * percent) / 100).toFixed(2));
    return item.replace(DOSE_PER_M2, (_, before: string, __, after: string) => `${before}${amount}${after}`);
  });
  return textOf([...wanted, ...others]);
}

export function hasDrug(text: string, name: string): boolean {
  return itemsOf(text).some((item) => drugOf(item) === name);
}

export function withDrug(text: string, drug: Drug, given: boolean): string {
  const items = itemsOf(text);
  if (given) return textOf([...items, drug.example]);
  return textOf(items.filter((item) => drugOf(item) !== drug.name));
}
