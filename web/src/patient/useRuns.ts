// Answers for the runs on the page: kept by run, asked for once, the newest question first.
import { useEffect, useReducer, useRef } from "react";

import { messageOf, post, Refused, wasAborted } from "../api/client";
import type { Bands, BandsAnswer, Course, CourseAnswer, Run, Unsure, UnsureAnswer } from "../api/types";

const KEPT = 80;
export const TWINS = 256;

export interface Asked<T> {
  found: (T | null)[];
  fresh: boolean[];
  // Why a run has no answer and will have none.
  faults: (Fault | null)[];
  // Whether a run has its answer, or will have none.
  done: boolean[];
}

export interface Fault {
  message: string;
  // The field of the question that the fault is about; empty where the server names none.
  where: string;
}

// Whether a treatment is at fault, and not the patient.
export function ofTreatment(fault: Fault | null): boolean {
  return fault !== null && fault.where.startsWith("treatments");
}

function faultOf(error: unknown): Fault {
  return { message: messageOf(error), where: error instanceof Refused ? error.where : "" };
}

type Ask<T> = (runs: Run[], signal: AbortSignal) => Promise<T[]>;

function key(run: Run): string {
  return JSON.stringify([run.population, run.who, run.parameters, run.treatment.text]);
}

function patientOf({ who, population }: Run): unknown {
  return "published" in who || "facts" in who ? { ...who, population } : { population };
}

function question(runs: Run[]): Record<string, unknown> {
  return { patient: patientOf(runs[0]), parameters: runs[0].parameters, treatments: runs.map((run) => run.treatment) };
}

export const askCourses: Ask<Course> = async (runs, signal) => {
  const { days, treatments } = await post<CourseAnswer>("/api/patient/course", question(runs), signal);
  return treatments.map((treatment) => ({ ...treatment, days }));
};

// The same with responses and remission, which take ten times as long and are not needed while the slider moves.
export const askJudged: Ask<Course> = async (runs, signal) => {
  const { days, treatments } = await post<CourseAnswer>("/api/patient/course", { ...question(runs), judged: true }, signal);
  return treatments.map((treatment) => ({ ...treatment, days }));
};

export const askBands: Ask<Bands> = async (runs, signal) => {
  const { treatments } = await post<BandsAnswer>("/api/patient/bands", { ...question(runs), twins: TWINS }, signal);
  return treatments;
};

// Where the median lies under draws of the numbers of the model: seconds of work, and only where it is asked for.
export const askUnsure: Ask<Unsure> = async (runs, signal) => {
  const { treatments, words, prior } = await post<UnsureAnswer>("/api/patient/uncertainty", question(runs), signal);
  return treatments.map(({ edges }) => ({ edges, words, prior }));
};

class Answers<T> {
  private readonly kept = new Map<string, T>();
  private readonly faults = new Map<string, Fault>();
  private wanted: Run[] = [];
  private asked: { keys: string[]; controller: AbortController } | null = null;

  constructor(
    private readonly ask: Ask<T>,
    private readonly tell: () => void,
  ) {}

  get(run: Run): T | null {
    return this.kept.get(key(run)) ?? null;
  }

  fault(run: Run): Fault | null {
    return this.faults.get(key(run)) ?? null;
  }

  // While the slider moves, the question under way is let finish, so that the curve follows; else a stale question is cancelled.
  want(runs: Run[], moving: boolean): void {
    this.wanted = runs;
    const stale = this.asked && !this.asked.keys.some((asked) => runs.some((run) => key(run) === asked));
    if (this.asked && stale && !moving) {
      this.asked.controller.abort();
      this.asked = null;
    }
    if (!this.asked) void this.next();
  }

  stop(): void {
    this.wanted = [];
    this.asked?.controller.abort();
    this.asked = null;
  }

  // The runs that are missing and share their patient with the first of them.
  private missing(): Run[] {
    const missing = this.wanted.filter((run) => !this.kept.has(key(run)) && !this.faults.has(key(run)));
    const patient = (run: Run) => JSON.stringify([run.population, run.who, run.parameters]);
    const different = new Map(missing.filter((run) => patient(run) === patient(missing[0])).map((run) => [key(run), run]));
    return [...different.values()].slice(0, 4);
  }

  private async next(): Promise<void> {
    const runs = this.missing();
    if (!runs.length) return;
    const asked = { keys: runs.map(key), controller: new AbortController() };
    this.asked = asked;
    try {
      const found = await this.ask(runs, asked.controller.signal);
      found.forEach((value, order) => this.kept.set(asked.keys[order], value));
    } catch (error) {
      if (wasAborted(error)) return;
      // A refusal stays until the run changes. Only a treatment can be at fault alone; then each is asked for by itself.
      const one = runs.length > 1 && ofTreatment(faultOf(error));
      if (one) await this.apart(runs, asked.controller.signal);
      else for (const refused of asked.keys) this.faults.set(refused, faultOf(error));
    }
    if (this.asked !== asked) return;
    this.asked = null;
    this.forget();
    this.tell();
    void this.next();
  }

  private async apart(runs: Run[], signal: AbortSignal): Promise<void> {
    for (const run of runs) {
      try {
        this.kept.set(key(run), (await this.ask([run], signal))[0]);
      } catch (error) {
        if (wasAborted(error)) return;
        this.faults.set(key(run), faultOf(error));
      }
    }
  }

  private forget(): void {
    const needed = new Set(this.wanted.map(key));
    for (const old of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      if (!needed.has(old)) this.kept.delete(old);
    }
    for (const old of this.faults.keys()) if (!needed.has(old)) this.faults.delete(old);
  }
}

// What is known of each run. While an answer is under way, a place shows what it showed before, marked as not fresh.
export function useRuns<T>(ask: Ask<T>, runs: Run[], moving: boolean): Asked<T> {
  const [, tell] = useReducer((times: number) => times + 1, 0);
  const answers = useRef<Answers<T> | null>(null);
  answers.current ??= new Answers(ask, tell);
  const before = useRef<(T | null)[]>([]);
  const wanted = runs.map(key).join("\n");
  useEffect(() => {
    answers.current?.want(runs, moving);
    // The keys stand for the runs, which are made anew at every drawing.
  }, [wanted, moving]);
  useEffect(() => () => answers.current?.stop(), []);
  const known = runs.map((run) => answers.current?.get(run) ?? null);
  const faults = runs.map((run) => answers.current?.fault(run) ?? null);
  const found = known.map((value, place) => value ?? (ofTreatment(faults[place]) ? null : before.current[place]) ?? null);
  useEffect(() => {
    before.current = found;
  });
  return {
    found,
    fresh: known.map((value) => value !== null),
    faults,
    done: known.map((value, place) => value !== null || faults[place] !== null),
  };
}
