// What the Patient page shows, written into and read from the address.
import type { Disease, Facts, Meta, Run, Treatment, Who } from "../api/types";
import { diseaseOf } from "../DiseasePicker";

export const MOST_TREATMENTS = 4;
export const MOST_GHOSTS = 4;

export interface PatientView {
  disease: Disease;
  population: string;
  // What the address names and nobody knows, in words; empty where all is known.
  unknown: string;
  who: Who;
  parameters: Record<string, number>;
  treatments: Treatment[];
  chosen: number;
  logTime: boolean;
  days: string | null;
  keep: boolean;
  unsure: boolean;
  organs: boolean;
  ghosts: Run[];
}

const USUAL = ["car-t-with-rescue", "rituximab"];
const FACTS = ["age", "weight_kg", "sledai_2k", "upcr_g_per_g", "anti_dsdna_iu_per_ml", "c3_g_per_l", "igg_g_per_l"] as const;

export function usual(disease: Disease): Treatment[] {
  const named = USUAL.map((name) => disease.standard_treatments.find((one) => one.name === name)).filter((one) => one !== undefined);
  return named.length ? named : disease.standard_treatments.slice(0, 1);
}

// The disease is that of the address, else that of its population, else the first.
function readDisease(query: URLSearchParams, meta: Meta): Pick<PatientView, "disease" | "population" | "unknown"> {
  const name = query.get("disease");
  const group = query.get("population");
  const named = name === null ? diseaseOf(meta, group ?? "") : meta.diseases.find((one) => one.name === name);
  const disease = named ?? meta.diseases[0];
  const population = disease.populations.find((one) => one.name === group);
  const known = meta.diseases.map((one) => one.name).join(", ");
  let unknown = "";
  if (name !== null && !named) unknown = `The address names the disease '${name}', which is none of: ${known}.`;
  else if (group !== null && !population) unknown = `The address names the population '${group}', which is none of ${disease.title}.`;
  return { disease, population: (population ?? disease.populations[0]).name, unknown };
}

function readWho(text: string | null, disease: Disease): Who {
  if (!text || text === "typical") return { typical: true };
  if (text.startsWith("published-")) {
    const published = Number(text.slice("published-".length));
    return disease.published_patients.length ? { published } : { typical: true };
  }
  const facts: Facts = {};
  for (const part of text.split(",")) {
    const [name, value] = part.split(":");
    if (!disease.facts.includes(name)) continue;
    const number = Number(value);
    const known = FACTS.find((one) => one === name);
    if (known && Number.isFinite(number)) facts[known] = number;
    else if (name === "sex" && (value === "F" || value === "M")) facts.sex = value;
    else if (name === "nephritis") facts.nephritis = value === "yes";
  }
  return { facts };
}

function writeWho(who: Who): string {
  if ("published" in who) return `published-${who.published}`;
  if (!("facts" in who)) return "typical";
  const parts = Object.entries(who.facts).filter(([, value]) => value !== undefined && value !== null);
  const written = parts.map(([name, value]) => `${name}:${typeof value === "boolean" ? (value ? "yes" : "no") : value}`);
  return written.join(",") || "own";
}

export function readParameters(text: string | null): Record<string, number> {
  const pairs = (text ?? "").split(",").filter(Boolean).map((part) => part.split(":"));
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]).filter(([, value]) => Number.isFinite(value)));
}

export function writeParameters(parameters: Record<string, number>): string {
  return Object.entries(parameters).map(([name, value]) => `${name}:${value}`).join(",");
}

function readTreatment(text: string): Treatment {
  const cut = text.indexOf("~");
  return cut < 0 ? { name: text.slice(0, 24), text } : { name: text.slice(0, cut), text: text.slice(cut + 1) };
}

function readRun(text: string, disease: Disease): Run {
  const query = new URLSearchParams(text);
  const population = query.get("population") ?? disease.populations[0].name;
  return {
    population,
    who: readWho(query.get("who"), disease),
    parameters: readParameters(query.get("with")),
    treatment: readTreatment(query.get("t") ?? "no treatment"),
  };
}

function writeRun(run: Run): string {
  const query = new URLSearchParams({ population: run.population, who: writeWho(run.who), t: `${run.treatment.name}~${run.treatment.text}` });
  if (Object.keys(run.parameters).length) query.set("with", writeParameters(run.parameters));
  return query.toString();
}

export function readView(query: URLSearchParams, meta: Meta): PatientView {
  const { disease, population, unknown } = readDisease(query, meta);
  const treatments = query.getAll("t").slice(0, MOST_TREATMENTS).map(readTreatment);
  const shown = treatments.length ? treatments : usual(disease);
  const chosen = Math.trunc(Number(query.get("chosen") ?? 0)) || 0;
  return {
    disease,
    population,
    unknown,
    who: readWho(query.get("who"), disease),
    parameters: readParameters(query.get("with")),
    treatments: shown,
    chosen: Math.min(Math.max(chosen, 0), shown.length - 1),
    logTime: query.get("time") === "log",
    days: query.get("days"),
    keep: query.get("earlier") !== "off",
    unsure: query.get("unsure") === "on",
    organs: query.get("organs") === "on",
    ghosts: query.getAll("ghost").slice(-MOST_GHOSTS).map((text) => readRun(text, disease)),
  };
}

export function writeView(view: PatientView, meta: Meta): URLSearchParams {
  const query = new URLSearchParams({ page: "patient" });
  if (view.disease !== meta.diseases[0]) query.set("disease", view.disease.name);
  if (view.population !== view.disease.populations[0].name) query.set("population", view.population);
  query.set("who", writeWho(view.who));
  if (Object.keys(view.parameters).length) query.set("with", writeParameters(view.parameters));
  for (const { name, text } of view.treatments) query.append("t", `${name}~${text}`);
  if (view.chosen) query.set("chosen", String(view.chosen));
  if (view.logTime) query.set("time", "log");
  if (view.days) query.set("days", view.days);
  if (!view.keep) query.set("earlier", "off");
  if (view.unsure) query.set("unsure", "on");
  if (view.organs) query.set("organs", "on");
  for (const ghost of view.ghosts) query.append("ghost", writeRun(ghost));
  return query;
}

export function sameRun(one: Run, other: Run): boolean {
  return writeRun(one) === writeRun(other);
}
