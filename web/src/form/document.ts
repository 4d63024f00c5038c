// A document written into the address as JSON.
import type { Table, Value } from "./schema";
import { isTable } from "./schema";

export function readDocument(text: string | null): Table | null {
  if (!text) return null;
  try {
    const found = JSON.parse(text) as Value;
    return isTable(found) ? found : null;
  } catch {
    return null;
  }
}
