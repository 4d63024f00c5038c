import { useEffect } from "react";

import { JobDesk, useJob } from "../api/jobs";
import type { Meta } from "../api/types";
import { useLoaded } from "../api/useLoaded";
import { diseaseOf, DiseasePicker, DiseaseWords } from "../DiseasePicker";
import { Failure } from "../Failure";
import { readDocument } from "../form/document";
import { SchemaForm } from "../form/SchemaForm";
import { isTable, type Schema, type Table } from "../form/schema";
import { JobBar } from "../JobBar";
import { changed, go } from "../view/address";
import written from "./examples.json";
import { TrialSections } from "./TrialSections";
import type { TrialResult } from "./types";

const desk = new JobDesk<TrialResult>("trial");
type Kind = keyof typeof written;
const examples = written as unknown as Record<Kind, Table>;
const KINDS = Object.keys(examples) as Kind[];
const WORDS: Record<Kind, string> = {
  "phase-1": "Phase 1: find the dose",
  "phase-2": "Phase 2: one arm",
  "phase-3": "Phase 3: randomised, with looks",
  power: "Power by number of patients",
};

export function TrialPage({ meta, query }: { meta: Meta; query: URLSearchParams }) {
  const { value: schema, error } = useLoaded<Schema>("/api/schema/trial");
  const job = useJob(desk);
  const trial = readDocument(query.get("trial")) ?? examples["phase-1"];
  const population = isTable(trial.population) ? trial.population : null;
  const asked = query.get("job");
  useEffect(() => {
    if (asked) void desk.resume(asked);
  }, [asked]);
  useEffect(() => {
    if (job.job && job.job !== new URLSearchParams(location.search).get("job")) go(changed(new URLSearchParams(location.search), { job: job.job }), "replace");
  }, [job.job]);
  const show = (document: Table) => go(changed(query, { trial: JSON.stringify(document), job: null }));
  return (
    <div className="columns" data-state={job.state === "none" || job.state === "done" ? "ready" : job.state}>
      <div className="side">
        <section className="sheet stack" aria-labelledby="design">
          <h1 id="design">Trial</h1>
          <label className="field">
            <span className="name">Kind of trial, filled with an example</span>
            <select value={String(trial.kind)} onChange={(event) => show(examples[event.target.value as Kind])}>
              {KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {WORDS[kind]}
                </option>
              ))}
            </select>
          </label>
          {population && typeof population.name === "string" && (
            <DiseasePicker meta={meta} population={population.name} onChange={(name, disease) => show({ ...trial, ...retitled(trial, disease.title), population: { ...population, name } })} />
          )}
          {error && <Failure message={error} />}
          {schema && <SchemaForm schema={schema} value={trial} fault={job.error ? { where: plain(job.where), message: job.error } : null} onChange={show} />}
        </section>
      </div>
      <div className="stack">
        <DiseaseWords disease={diseaseOf(meta, String(population?.name))} />
        <section className="sheet" aria-label="Run">
          <JobBar desk={desk} job={job} words="Run the trials" onStart={() => void desk.start(trial)} />
        </section>
        {job.error && <Failure message={job.error} />}
        {job.result ? (
          <TrialSections result={job.result} job={job.job} />
        ) : (
          <section className="sheet">
            <p className="quiet">Here appear the decision table and flow chart of each design, dose paths, operating characteristics, and the designs compared on the same virtual patients.</p>
          </section>
        )}
      </div>
    </div>
  );
}

// The title of an example names its disease; that of the reader stays.
function retitled(trial: Table, disease: string): Table {
  const kind = String(trial.kind) as Kind;
  return trial.title === examples[kind]?.title ? { title: `${WORDS[kind]}; ${disease}`, description: "" } : {};
}

// The server names the kind of a branch in the place of a fault; the form does not.
function plain(where: string): string {
  return where.split(".").filter((part) => !KINDS.includes(part as Kind)).join(".");
}
