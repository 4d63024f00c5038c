// What the server says about patients and treatments; src/immunoreset/app/forms.py and courses.py are the other side.

export interface Panel {
  output: string;
  title: string;
  unit: string;
  log: boolean;
  floor: number | null;
  line: number | null;
  line_meaning: string;
  whole: boolean;
  by_organ: boolean;
}

export interface Drug {
  name: string;
  meaning: string;
  units: string[];
  example: string;
  family: string;
}

export interface Named {
  name: string;
  title: string;
}

export interface StandardTreatment {
  name: string;
  text: string;
}

export interface OutcomeName {
  name: string;
  label: string;
  unit: string;
  share: boolean;
}

// A disease of the catalogue; src/immunoreset/app/diseases.py is the other side.
export interface Disease {
  name: string;
  title: string;
  // The first is taken if none is named.
  populations: Named[];
  known: string;
  missed: string;
  facts: string[];
  published_patients: PublishedPatient[];
  standard_treatments: StandardTreatment[];
  // Why a drug is not given as it usually is, by drug.
  refuses: Record<string, string>;
  panels: Panel[];
  organ_panels: Panel[];
  measured_panels: Panel[];
  outcomes: OutcomeName[];
  key_outcomes: string[];
}

export interface Meta {
  version: string;
  warning: string;
  diseases: Disease[];
  facts: Record<string, { lowest: number; highest: number; unit: string }>;
  drugs: Drug[];
}

export interface Facts {
  age?: number;
  sex?: "F" | "M";
  weight_kg?: number;
  sledai_2k?: number;
  nephritis?: boolean;
  upcr_g_per_g?: number;
  anti_dsdna_iu_per_ml?: number;
  c3_g_per_l?: number;
  igg_g_per_l?: number;
}

export interface PublishedPatient {
  patient: string;
  age_range: [number, number] | null;
  sledai_2k: number | null;
  sledai_2k_range: [number, number] | null;
  nephritis: boolean | null;
}

export type Who = { typical: true } | { published: number } | { facts: Facts };

export interface Treatment {
  name: string;
  text: string;
}

// One patient under one treatment.
export interface Run {
  population: string;
  who: Who;
  parameters: Record<string, number>;
  treatment: Treatment;
}

export interface CourseEvent {
  day: number;
  what: string;
  value: number | null;
}

export interface Course {
  days: number[];
  curves: Record<string, (number | null)[]>;
  sledai_domains: Record<string, number[]>;
  events: CourseEvent[];
  outcomes: Record<string, number | null>;
  failed: string | null;
}

export interface CourseAnswer {
  days: number[];
  treatments: (Omit<Course, "days"> & { name: string })[];
}

export interface PublishedBeside {
  label: string;
  published: number | null;
  low: number;
  high: number;
  published_text: string;
  source: string;
  tuned: boolean | string;
  standing: string;
  band: string;
  arm: string;
}

export interface OutcomeRow {
  name: string;
  label: string;
  share: boolean;
  unit: string;
  value: number | null;
  low: number | null;
  high: number | null;
  twins: number;
  without_value: number;
  published: PublishedBeside[];
}

export interface Bands {
  bands: Record<string, (number | null)[][]>;
  outcomes: OutcomeRow[];
  failed: number;
}

export interface BandsAnswer {
  days: number[];
  twins: number;
  treatments: (Bands & { name: string })[];
}

// Where the median of the twins lies over draws of the numbers, low and high by output; `words` says what was drawn.
export interface Unsure {
  edges: Record<string, (number | null)[][]>;
  words: string;
  prior: boolean;
}

export interface UnsureAnswer {
  words: string;
  prior: boolean;
  treatments: { name: string; edges: Unsure["edges"] }[];
}

export interface RegimenCheck {
  ok: boolean;
  text: string;
  error: { message: string; from: number | null; to: number | null } | null;
}
