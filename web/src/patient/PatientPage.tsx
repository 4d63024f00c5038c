import { useMemo, useState } from "react";

import type { Meta, Run, Treatment } from "../api/types";
import { DiseaseWords } from "../DiseasePicker";
import { Failure } from "../Failure";
import { go } from "../view/address";
import { CourseTable } from "./CourseTable";
import { KeyNumbers } from "./KeyNumbers";
import { OutcomeTable } from "./OutcomeTable";
import { Panels } from "./Panels";
import { TreatmentForm } from "./TreatmentForm";
import { TreatmentTabs } from "./TreatmentTabs";
import { askBands, askCourses, askJudged, askUnsure, ofTreatment, useRuns, type Asked } from "./useRuns";
import { MOST_GHOSTS, readView, sameRun, writeView, type PatientView } from "./view";
import { WhoForm } from "./WhoForm";

function runOf(view: PatientView, treatment: Treatment): Run {
  return { population: view.population, who: view.who, parameters: view.parameters, treatment };
}

// The run that a change replaces stays as a ghost, the newest last, if it has a course; runs of another disease do not.
function withGhost(before: PatientView, after: PatientView, faults: unknown[]): PatientView {
  if (!after.keep || before.disease !== after.disease) return { ...after, ghosts: [] };
  const replaced = runOf(before, before.treatments[after.chosen] ?? before.treatments[0]);
  const now = after.treatments.map((treatment) => runOf(after, treatment));
  const ghosts = after.ghosts.filter((ghost) => !now.some((run) => sameRun(run, ghost)) && !sameRun(ghost, replaced));
  if (!faults[after.chosen] && !now.some((run) => sameRun(run, replaced))) ghosts.push(replaced);
  return { ...after, ghosts: ghosts.slice(-MOST_GHOSTS) };
}

export function PatientPage({ meta, query }: { meta: Meta; query: URLSearchParams }) {
  const address = query.toString();
  const view = useMemo(() => readView(new URLSearchParams(address), meta), [address, meta]);
  const [draft, setDraft] = useState<{ text: string; address: string } | null>(null);
  const moving = draft !== null && draft.address === address;
  const treatments = view.treatments.map((one, order) => (moving && order === view.chosen ? { ...one, text: draft.text } : one));
  const runs = treatments.map((treatment) => runOf(view, treatment));
  const courses = useRuns(askCourses, [...runs, ...view.ghosts], moving);
  const unfit = courses.faults.slice(0, runs.length).find((fault) => fault && !ofTreatment(fault)); // the patient, so that no treatment has a course
  const possible = runs.filter((_, order) => !courses.faults[order]);
  const bands = useRuns(askBands, moving || unfit ? [] : possible, false);
  const later = !moving && !unfit && bands.done.every(Boolean) ? possible : [];
  const judged = useRuns(askJudged, later, false);
  const unsure = useRuns(askUnsure, view.unsure ? later : [], false);
  const count = treatments.length;
  const freshOf = <T,>({ found, fresh }: Asked<T>) => runs.map((run) => (fresh[possible.indexOf(run)] ? found[possible.indexOf(run)] : null));
  const shownBands = freshOf(bands);
  const shownJudged = freshOf(judged);
  const change = (part: Partial<PatientView>, ghost = false) => {
    const after = { ...view, ...part };
    setDraft(null);
    go(writeView(ghost ? withGhost(view, after, courses.faults) : after, meta));
  };
  const settle = (text: string) => {
    const next = view.treatments.map((one, order) => (order === view.chosen ? { ...one, text } : one));
    if (text === view.treatments[view.chosen].text) setDraft(null);
    else change({ treatments: next }, true);
  };
  const fault = unfit ?? [bands, judged, unsure].flatMap((asked) => asked.faults).find(Boolean);
  const own = "facts" in view.who && unfit;
  const answered = (asked: Asked<unknown>) => asked.done.length > 0 && asked.done.every(Boolean);
  const ready = unfit || (answered(courses) && (!possible.length || (answered(judged) && (!view.unsure || answered(unsure)))));
  const state = moving ? "moving" : ready ? "ready" : "computing";
  return (
    <div className="columns" data-state={state} data-bands={!moving && bands.done.every(Boolean) ? "ready" : "waiting"}>
      <div className="side">
        <WhoForm meta={meta} view={view} refused={own ? own.message : ""} onChange={(part) => change(part, true)} />
        <section className="sheet stack" aria-labelledby="treatment">
          <TreatmentTabs view={view} onChange={change} />
          {!unfit && runs.map(({ treatment }, order) => courses.faults[order] && <Refusal key={order} name={treatment.name} message={courses.faults[order].message} />)}
          <TreatmentForm
            key={view.chosen}
            meta={meta}
            disease={view.disease}
            treatment={treatments[view.chosen]}
            onMove={(text) => setDraft({ text, address })}
            onSettle={settle}
            onRename={(name) => change({ treatments: view.treatments.map((one, at) => (at === view.chosen ? { ...one, name } : one)) })}
          />
        </section>
      </div>
      <div className={unfit ? "stack stale" : "stack"}>
        {unfit && (
          <p className="failure">
            The present patient cannot be simulated{courses.found.some(Boolean) ? ": these curves are of the patient before." : ", so that there are no curves."}
          </p>
        )}
        <DiseaseWords disease={view.disease} />
        {view.unknown && <Failure message={view.unknown} />}
        {fault && !own && <Failure message={fault.message} />}
        {!unfit && <KeyNumbers disease={view.disease} treatments={treatments} bands={shownBands} refused={courses.faults.map(Boolean)} who={view.who} />}
        <Panels
          view={view}
          treatments={treatments}
          courses={courses.found.slice(0, count)}
          ghosts={courses.found.slice(count)}
          bands={shownBands}
          unsure={freshOf(unsure)}
          onChange={change}
        />
        <OutcomeTable treatments={treatments} view={view} courses={runs.map((_, order) => (unfit ? null : (shownJudged[order] ?? courses.found[order])))} bands={shownBands} />
        <CourseTable treatments={treatments} courses={unfit ? [] : courses.found.slice(0, count)} view={view} />
      </div>
    </div>
  );
}

// Why a treatment has no course: it cannot be given to this patient, or not on these days.
function Refusal({ name, message }: { name: string; message: string }) {
  return (
    <p className="failure" role="alert">
      {name}: {message}
    </p>
  );
}
