import type { OutcomeName } from "../api/types";
import type { Comparison } from "../evidence/types";
import type { Lane } from "../charts/Swimmers";

export interface EndpointRow {
  arm: string;
  endpoint: string;
  label: string;
  unit: string;
  day: number;
  share: boolean;
  value: number | null;
  low: number | null;
  high: number | null;
  twins: number;
  without_value: number;
}

export interface TimesRow {
  arm: string;
  outcome: string;
  label: string;
  days: number[];
  share: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  at_risk: number[];
  median: number | null;
  twins: number;
  events: number;
}

export interface ArmSummary {
  treatment: string;
  twins: number;
  failed: number;
  failures: Record<string, number>;
  outcomes: Record<string, { unit: string; twins: number; without_value: number; value: number | null; low: number | null; high: number | null }>;
}

export interface CohortResult {
  title: string;
  patients: number;
  seed: number;
  version: string;
  tolerance: Record<string, { rtol: number; chosen: string }>;
  days: number[];
  failed: number;
  comparisons: Comparison[];
  arms: Record<string, ArmSummary>;
  endpoints: EndpointRow[];
  times: TimesRow[];
  // Every outcome of the diseases of the patients, in the order of a page.
  about: OutcomeName[];
  waterfall: Record<string, { label: string; unit: string; changes: number[] } | null>;
  swimmers: Record<string, Lane[]>;
}
