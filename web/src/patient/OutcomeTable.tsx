// What happened, in numbers: the typical patient at once, the twins when they are ready, and what was published.
import { capitalised, interval, labelled, published, remarks, shown } from "../charts/words";
import type { Bands, Course, OutcomeName, OutcomeRow, PublishedBeside, Treatment } from "../api/types";
import type { PatientView } from "./view";
import { lineOf, twinsOf } from "./whose";

interface Given {
  treatments: Treatment[];
  courses: (Course | null)[];
  bands: (Bands | null)[];
  view: PatientView;
}

function typicalText(about: OutcomeName, course: Course | null): string {
  const value = course?.outcomes[about.name];
  if (value === null || value === undefined) return "–";
  return about.share ? (value ? "yes" : "no") : shown(value);
}

function twinsText(row: OutcomeRow | undefined): string {
  if (!row || row.value === null) return "";
  if (row.share) return shown(row.value, "fraction");
  return `${shown(row.value)} (${interval(row.low, row.high)})`;
}

function publishedFor(name: string, bands: (Bands | null)[]): PublishedBeside[] {
  for (const answer of bands) {
    const row = answer?.outcomes.find((one) => one.name === name);
    if (row?.published.length) return row.published;
  }
  return [];
}

export function OutcomeTable({ treatments, courses, bands, view }: Given) {
  const anyPublished = bands.some((answer) => answer?.outcomes.some((row) => row.published.length));
  const beside = anyPublished || !bands.some(Boolean); // until the twins are there, it may have something to show
  const failed = bands.reduce((sum, answer) => sum + (answer?.failed ?? 0), 0);
  return (
    <section className="sheet" aria-labelledby="outcomes">
      <h2 id="outcomes">Outcomes</h2>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="outcomes">
        <table className="outcomes">
          <caption>
            {capitalised(lineOf(view))}, then {twinsOf(view.who)}: share, or median with 5–95 % range. {failed > 0 && `${failed} twins failed and are left out. `}
            {anyPublished && "Published numbers are of groups of patients, not of this patient."}
            {!beside && "No published number is set beside these treatments of this disease here."}
          </caption>
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              {treatments.map((treatment, order) => (
                <th key={order} scope="col" colSpan={2}>
                  <i className={`swatch curve-${order}`} /> {treatment.name}
                </th>
              ))}
              {beside && <th scope="col">Published, source</th>}
            </tr>
          </thead>
          <tbody>
            {view.disease.outcomes.map((about) => {
              const numbers = publishedFor(about.name, bands);
              return (
                <tr key={about.name} data-outcome={about.name}>
                  <th scope="row">
                    {labelled(capitalised(about.label), about.share ? "" : "median", about.unit)}
                  </th>
                  {treatments.map((_, order) => [
                    <td key={`${order}a`} className="number">
                      {typicalText(about, courses[order])}
                    </td>,
                    <td key={`${order}b`} className="number quiet">
                      {twinsText(bands[order]?.outcomes.find((row) => row.name === about.name))}
                    </td>,
                  ])}
                  {beside && (
                    <td>
                      {[...new Set(numbers.map((row) => `${published(row)}${remarks(row) && ` (${remarks(row)})`}`))].join("; ")}
                      {numbers.length > 0 && <div className="quiet small">{[...new Set(numbers.map((row) => row.source))].join("; ")}</div>}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
