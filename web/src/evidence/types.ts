// What the server says about the evidence and the model.

import type { Table } from "../form/schema";

export interface Comparison {
  quantity: string;
  label: string;
  unit: string;
  arm: string;
  published: number | null;
  low: number;
  high: number;
  published_text: string;
  source: string;
  standing: string;
  tuned: boolean | string;
  tuned_to: string;
  simulated: number | null;
  simulated_low: number | null;
  simulated_high: number | null;
  verdict: string;
  band: string;
  twins: number;
  without_value: number;
  statistic: string;
}

export interface Misfit {
  title: string;
  text: string;
  sources: string[];
}

export interface Evidence {
  tuned: Comparison[];
  untouched: Comparison[];
  misfits: Misfit[];
  run: { current: boolean; version?: string; seed?: number };
  study: Table;
}

export interface Parameter {
  name: string;
  symbol: string;
  value: number;
  unit: string;
  bounds: [number, number];
  spread: string;
  source: string;
  standing: string;
  note: string;
}

export interface Parameters {
  parameters: Parameter[];
  in_all: number;
  standings: Record<string, number>;
}

export interface Equations {
  sections: { title: string; text: string }[];
}
