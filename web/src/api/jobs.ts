// Long work on the server: started here, asked about twice a second, cancelled when the page goes.
import { useSyncExternalStore } from "react";

import { get, messageOf, post, Refused, remove } from "./client";

export interface JobState<Result> {
  job: string;
  state: "none" | "waiting" | "running" | "done" | "failed" | "cancelled";
  part: string;
  done: number;
  total: number;
  error: string;
  where: string;
  result: Result | null;
}

interface Told {
  job: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  part: string;
  done: number;
  total: number;
  error: string | null;
}

const NONE = { job: "", state: "none", part: "", done: 0, total: 0, error: "", where: "", result: null } as const;
const ASK_EVERY = 500; // milliseconds

export class JobDesk<Result> {
  private known: JobState<Result> = NONE;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly kind: "cohort" | "trial") {
    window.addEventListener("pagehide", () => {
      if (this.under()) void remove(`/api/jobs/${this.known.job}`).catch(() => undefined);
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly now = (): JobState<Result> => this.known;

  async start(document: unknown): Promise<void> {
    if (this.under()) return;
    this.tell({ ...NONE, state: "waiting" });
    try {
      const told = await post<Told>(`/api/jobs/${this.kind}`, document);
      this.tell({ ...NONE, ...told, error: told.error ?? "" });
      await this.follow(told.job);
    } catch (error) {
      this.tell({ ...NONE, state: "failed", error: messageOf(error), where: error instanceof Refused ? error.where : "" });
    }
  }

  // The result of a job that an earlier visit to this page started.
  async resume(job: string): Promise<void> {
    if (this.known.job === job || this.under()) return;
    this.tell({ ...NONE, job, state: "waiting" });
    try {
      await this.follow(job);
    } catch {
      this.tell(NONE);
    }
  }

  async cancel(): Promise<void> {
    const { job } = this.known;
    this.tell({ ...NONE, state: "cancelled" });
    if (job) await remove(`/api/jobs/${job}`).catch(() => undefined);
  }

  private under(): boolean {
    return this.known.state === "waiting" || this.known.state === "running";
  }

  private async follow(job: string): Promise<void> {
    while (this.known.job === job) {
      const told = await get<Told>(`/api/jobs/${job}`);
      if (this.known.job !== job) return;
      if (told.state === "done") {
        const result = await get<Result>(`/api/jobs/${job}/result`);
        if (this.known.job === job) this.tell({ ...this.known, ...told, error: "", result });
        return;
      }
      this.tell({ ...this.known, ...told, error: told.error ?? "" });
      if (told.state === "failed" || told.state === "cancelled") return;
      await new Promise((ready) => setTimeout(ready, ASK_EVERY));
    }
  }

  private tell(state: JobState<Result>): void {
    this.known = state;
    for (const listener of this.listeners) listener();
  }
}

export function useJob<Result>(desk: JobDesk<Result>): JobState<Result> {
  return useSyncExternalStore(desk.subscribe, desk.now);
}
