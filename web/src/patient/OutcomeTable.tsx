// What happened, in numbers: the typical patient at once, the twins when they are ready, and what was published.
import { number, percent } from "../charts/numbers";
import type { Bands, Course, Meta, OutcomeName, OutcomeRow, PublishedBeside, Treatment } from "../api/types";

interface Given {
  meta: Meta;
  treatments: Treatment[];
  courses: (Course | null)[];
  bands: (Bands | null)[];
}

function typicalText(about: OutcomeName, course: Course | null): string {
  const value = course?.outcomes[about.name];
  if (value === null || value === undefined) return "–";
  return about.share ? (value ? "yes" : "no") : number(value);
}

function twinsText(row: OutcomeRow | undefined): string {
  if (!row || row.value === null) return "";
  if (row.share) return percent(row.value);
  return `${number(row.value)} (${number(row.low)}–${number(row.high)})`;
}

function publishedFor(name: string, bands: (Bands | null)[]): PublishedBeside[] {
  for (const answer of bands) {
    const row = answer?.outcomes.find((one) => one.name === name);
    if (row?.published.length) return row.published;
  }
  return [];
}

export function OutcomeTable({ meta, treatments, courses, bands }: Given) {
  const failed = bands.reduce((sum, answer) => sum + (answer?.failed ?? 0), 0);
  return (
    <section className="sheet" aria-labelledby="outcomes">
      <h2 id="outcomes">Outcomes</h2>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="outcomes">
        <table className="outcomes">
          <caption>
            Typical patient, then 256 twins: share, or median with 5–95 % range. {failed > 0 && `${failed} twins failed and are left out. `}
            Published numbers are of groups of patients, not of this patient.
          </caption>
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              {treatments.map((treatment, order) => (
                <th key={order} scope="col" colSpan={2}>
                  <i className={`swatch curve-${order}`} /> {treatment.name}
                </th>
              ))}
              <th scope="col">Published, source</th>
            </tr>
          </thead>
          <tbody>
            {meta.outcomes.map((about) => {
              const beside = publishedFor(about.name, bands);
              return (
                <tr key={about.name} data-outcome={about.name}>
                  <th scope="row">
                    {about.label}
                    {about.unit && <span className="quiet">, {about.unit}</span>}
                  </th>
                  {treatments.map((_, order) => [
                    <td key={`${order}a`} className="number">
                      {typicalText(about, courses[order])}
                    </td>,
                    <td key={`${order}b`} className="number quiet">
                      {twinsText(bands[order]?.outcomes.find((row) => row.name === about.name))}
                    </td>,
                  ])}
                  <td>
                    {beside.map((row) => `${row.published_text}${row.tuned === true ? " (tuned to)" : ""}`).join("; ")}
                    {beside.length > 0 && <div className="quiet small">{[...new Set(beside.map((row) => row.source))].join("; ")}</div>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
