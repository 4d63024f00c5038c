import type { Schema, Table } from "../form/schema";

export interface ProtocolForm {
  usual: Table;
  schema: Schema;
  template: string;
}

export interface RowFault {
  file: string;
  line: number | null;
  row: number | null;
  column: string;
  reason: string;
}

export interface ScoreRow {
  patient: string;
  day: number;
  score: string;
  value: number | null;
  category?: string;
  low?: number | null;
  high?: number | null;
  missing?: string;
}

export type Cells = Record<string, string | number | null>;

export interface ScoreName {
  label: string;
  unit: string;
  visits: number;
  known: number;
  result: string;
  yes?: number;
}

export interface Scored {
  ok: boolean;
  error?: string;
  faults: RowFault[];
  more: number;
  summary: { read: { patients: number; visits: number; rows: number; notes: string[]; conversions: string[] }; scores: Record<string, ScoreName>; patients: Record<string, { label: string }> };
  scores: ScoreRow[];
  patients: Cells[];
  episodes: Cells[];
  timeline: string;
}
