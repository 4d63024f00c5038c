export interface TextTable {
  rows: string[][];
  note: string;
  wide: boolean;
}

export interface Section {
  title: string;
  text: string[];
  tables: TextTable[];
  drawings: { svg: string; caption: string; width: string }[];
  grid: string[];
  grid_caption: string;
}

export interface Card {
  name: string;
  text: string[];
  boundaries: TextTable | null;
  letters: string[][];
  chart: string;
  paths: TextTable | null;
}

export interface TrialResult {
  title: string;
  failures: unknown;
  facts: [string, string][];
  sections: Section[];
  cards: Card[];
  tables: Record<string, Record<string, unknown>[]>;
  meanings: Record<string, string>;
  assumptions: string[];
}
