import { useMemo, useState } from "react";

import type { Meta, Run, Treatment } from "../api/types";
import { Failure } from "../Failure";
import { go } from "../view/address";
import { CourseTable } from "./CourseTable";
import { KeyNumbers } from "./KeyNumbers";
import { OutcomeTable } from "./OutcomeTable";
import { Panels } from "./Panels";
import { TreatmentForm } from "./TreatmentForm";
import { TreatmentTabs } from "./TreatmentTabs";
import { askBands, askCourses, askJudged, askUnsure, useRuns } from "./useRuns";
import { MOST_GHOSTS, readView, sameRun, writeView, type PatientView } from "./view";
import { WhoForm } from "./WhoForm";

const USUAL = ["car-t-with-rescue", "rituximab"];

function usual(meta: Meta): Treatment[] {
  const named = USUAL.map((name) => meta.standard_treatments.find((one) => one.name === name)).filter((one) => one !== undefined);
  return named.length ? named : meta.standard_treatments.slice(0, 1);
}

function runOf(view: PatientView, treatment: Treatment): Run {
  return { who: view.who, parameters: view.parameters, treatment };
}

// The run that a change replaces stays as a ghost, the newest last.
function withGhost(before: PatientView, after: PatientView): PatientView {
  if (!after.keep) return { ...after, ghosts: [] };
  const replaced = runOf(before, before.treatments[after.chosen] ?? before.treatments[0]);
  const now = after.treatments.map((treatment) => runOf(after, treatment));
  const ghosts = after.ghosts.filter((ghost) => !now.some((run) => sameRun(run, ghost)) && !sameRun(ghost, replaced));
  if (!now.some((run) => sameRun(run, replaced))) ghosts.push(replaced);
  return { ...after, ghosts: ghosts.slice(-MOST_GHOSTS) };
}

export function PatientPage({ meta, query }: { meta: Meta; query: URLSearchParams }) {
  const address = query.toString();
  const view = useMemo(() => readView(new URLSearchParams(address), usual(meta)), [address, meta]);
  const [draft, setDraft] = useState<{ text: string; address: string } | null>(null);
  const moving = draft !== null && draft.address === address;
  const treatments = view.treatments.map((one, order) => (moving && order === view.chosen ? { ...one, text: draft.text } : one));
  const runs = treatments.map((treatment) => runOf(view, treatment));
  const courses = useRuns(askCourses, [...runs, ...view.ghosts], moving);
  const unfit = Boolean(courses.error) && !courses.where.startsWith("treatments"); // the patient, so that no treatment has a course
  const bands = useRuns(askBands, moving || unfit ? [] : runs, false);
  const judged = useRuns(askJudged, !moving && !unfit && bands.fresh.every(Boolean) ? runs : [], false);
  const unsure = useRuns(askUnsure, view.unsure && !moving && !unfit && bands.fresh.every(Boolean) ? runs : [], false);
  const count = treatments.length;
  const shownBands = runs.map((_, order) => (bands.fresh[order] ? bands.found[order] : null));
  const change = (part: Partial<PatientView>, ghost = false) => {
    const after = { ...view, ...part };
    setDraft(null);
    go(writeView(ghost ? withGhost(view, after) : after));
  };
  const settle = (text: string) => {
    const next = view.treatments.map((one, order) => (order === view.chosen ? { ...one, text } : one));
    if (text === view.treatments[view.chosen].text) setDraft(null);
    else change({ treatments: next }, true);
  };
  const shownUnsure = runs.map((_, order) => (unsure.fresh[order] ? unsure.found[order] : null));
  const error = courses.error || bands.error || judged.error || unsure.error;
  const own = "facts" in view.who && unfit;
  const ready = Boolean(error) || (judged.fresh.length > 0 && (!view.unsure || unsure.fresh.length > 0) && [courses, bands, judged, unsure].every((asked) => asked.fresh.every(Boolean)));
  const state = moving ? "moving" : ready ? "ready" : "computing";
  return (
    <div className="columns" data-state={state} data-bands={!moving && bands.fresh.every(Boolean) ? "ready" : "waiting"}>
      <div className="side">
        <WhoForm meta={meta} view={view} refused={own ? courses.error : ""} onChange={(part) => change(part, true)} />
        <section className="sheet stack" aria-labelledby="treatment">
          <TreatmentTabs meta={meta} view={view} onChange={change} />
          <TreatmentForm
            key={view.chosen}
            meta={meta}
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
        {error && !own && <Failure message={error} />}
        {!unfit && <KeyNumbers meta={meta} treatments={treatments} bands={shownBands} who={view.who} />}
        <Panels
          meta={meta}
          view={view}
          treatments={treatments}
          courses={courses.found.slice(0, count)}
          ghosts={courses.found.slice(count)}
          bands={shownBands}
          unsure={shownUnsure}
          onChange={change}
        />
        <OutcomeTable meta={meta} treatments={treatments} who={view.who} courses={runs.map((_, order) => (unfit ? null : judged.fresh[order] ? judged.found[order] : courses.found[order]))} bands={shownBands} />
        <CourseTable meta={meta} treatments={treatments} courses={unfit ? [] : courses.found.slice(0, count)} chosen={view.chosen} who={view.who} />
      </div>
    </div>
  );
}
