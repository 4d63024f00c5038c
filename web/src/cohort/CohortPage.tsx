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
import { CohortFigures } from "./CohortFigures";
import { CohortTable } from "./CohortTable";
import type { CohortResult } from "./types";

const desk = new JobDesk<CohortResult>("cohort");
const FILES = ["outcomes.csv", "outcomes.parquet", "trajectories.parquet", "study.toml", "report.html"];

function usual(meta: Meta): Table {
  const [disease] = meta.diseases;
  const text = (name: string) => disease.standard_treatments.find((one) => one.name === name)?.text ?? "no treatment";
  return {
    title: "CAR-T cells beside rituximab",
    seed: 1,
    patients: { population: disease.populations[0].name, n: 200 },
    arms: { "car-t": { treatment: text("car-t-with-rescue") }, rituximab: { treatment: text("rituximab") } },
  };
}

export function CohortPage({ meta, query }: { meta: Meta; query: URLSearchParams }) {
  const { value: schema, error } = useLoaded<Schema>("/api/schema");
  const job = useJob(desk);
  const study = readDocument(query.get("study")) ?? usual(meta);
  const patients = isTable(study.patients) ? study.patients : null;
  const show = (document: Table) => go(changed(query, { study: JSON.stringify(document), job: null }));
  const asked = query.get("job");
  useEffect(() => {
    if (asked) void desk.resume(asked);
  }, [asked]);
  useEffect(() => {
    if (job.job && job.job !== new URLSearchParams(location.search).get("job")) go(changed(new URLSearchParams(location.search), { job: job.job }), "replace");
  }, [job.job]);
  const { result } = job;
  return (
    <div className="columns" data-state={job.state === "none" || job.state === "done" ? "ready" : job.state}>
      <div className="side">
        <section className="sheet stack" aria-labelledby="study">
          <h1 id="study">Cohort</h1>
          {patients && typeof patients.population === "string" && (
            <DiseasePicker meta={meta} population={patients.population} onChange={(population) => show({ ...study, patients: { ...patients, population } })} />
          )}
          {error && <Failure message={error} />}
          {schema && (
            <SchemaForm
              schema={schema}
              value={study}
              fault={job.error ? { where: job.where, message: job.error } : null}
              onChange={show}
            />
          )}
        </section>
      </div>
      <div className="stack">
        <DiseaseWords disease={diseaseOf(meta, String(patients?.population))} />
        <section className="sheet" aria-label="Run">
          <JobBar desk={desk} job={job} words="Run the cohort" onStart={() => void desk.start(study)} />
        </section>
        {job.error && <Failure message={job.error} />}
        {result ? (
          <>
            <section className="sheet stack" aria-labelledby="result">
              <div className="head">
                <h2 id="result">{result.title}</h2>
                <span className="quiet small">
                  seed {result.seed}, version {result.version}
                </span>
              </div>
              <p className={result.failed ? "" : "quiet"}>
                {Object.entries(result.arms)
                  .map(([name, arm]) => `${name}: ${arm.twins} patients, ${arm.failed} failed, relative tolerance ${result.tolerance[name].rtol} (${result.tolerance[name].chosen})`)
                  .join("; ")}
              </p>
              <div className="row noprint">
                {FILES.map((file) => (
                  <a key={file} href={`/api/jobs/${job.job}/download/${file}`} download={file}>
                    {file}
                  </a>
                ))}
              </div>
            </section>
            <CohortFigures result={result} />
            <CohortTable result={result} />
          </>
        ) : (
          <section className="sheet">
            <p className="quiet">Here appear endpoints by visit with their intervals, times to events, a waterfall and a swimmer plot, and all outcomes as a table and as files.</p>
          </section>
        )}
      </div>
    </div>
  );
}
