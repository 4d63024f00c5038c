// What the Patient page shows, written into and read from the address.
import type { Facts, Run, Treatment, Who } from "../api/types";

export const MOST_TREATMENTS = 4;
export const MOST_GHOSTS = 4;

export interface PatientView {
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

const FACTS = ["age", "weight_kg", "sledai_2k", "upcr_g_per_g", "anti_dsdna_iu_per_ml", "c3_g_per_l", "igg_g_per_l"] as const;

function readWho(text: string | null): Who {
  if (!text || text === "typical") return { typical: true };
  if (text.startsWith("published-")) return { published: Number(text.slice("published-".length)) };
  const facts: Facts = {};
  for (const part of text.split(",")) {
    const [name, value] = part.split(":");
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

function readRun(text: string): Run {
  const query = new URLSearchParams(text);
  return {
    who: readWho(query.get("who")),
    parameters: readParameters(query.get("with")),
    treatment: readTreatment(query.get("t") ?? "no treatment"),
  };
}

function writeRun(run: Run): string {
  const query = new URLSearchParams({ who: writeWho(run.who), t: `${run.treatment.name}~${run.treatment.text}` });
  if (Object.keys(run.parameters).length) query.set("with", writeParameters(run.parameters));
  return query.toString();
}

export function readView(query: URLSearchParams, usual: Treatment[]): PatientView {
  const treatments = query.getAll("t").slice(0, MOST_TREATMENTS).map(readTreatment);
  const shown = treatments.length ? treatments : usual;
  const chosen = Math.trunc(Number(query.get("chosen") ?? 0)) || 0;
  return {
    who: readWho(query.get("who")),
    parameters: readParameters(query.get("with")),
    treatments: shown,
    chosen: Math.min(Math.max(chosen, 0), shown.length - 1),
    logTime: query.get("time") === "log",
    days: query.get("days"),
    keep: query.get("earlier") !== "off",
    unsure: query.get("unsure") === "on",
    organs: query.get("organs") === "on",
    ghosts: query.getAll("ghost").slice(-MOST_GHOSTS).map(readRun),
  };
}

export function writeView(view: PatientView): URLSearchParams {
  const query = new URLSearchParams({ page: "patient", who: writeWho(view.who) });
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
