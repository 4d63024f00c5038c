// Every outcome of every arm: the alternative to the drawings.
import { capitalised, interval, labelled, shown } from "../charts/words";
import type { ArmSummary, CohortResult } from "./types";

function cell(arm: ArmSummary, name: string, share: boolean): string {
  const found = arm.outcomes[name];
  if (!found || found.value === null) return "–";
  if (share) return `${shown(found.value, "fraction")} of ${found.twins}`;
  return `${shown(found.value)} (${interval(found.low, found.high)})`;
}

export function CohortTable({ result }: { result: CohortResult }) {
  const arms = Object.entries(result.arms);
  const shown = result.about.filter((about) => arms.some(([, arm]) => arm.outcomes[about.name]));
  return (
    <section className="sheet" aria-labelledby="all-outcomes">
      <h2 id="all-outcomes">Outcomes</h2>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="all-outcomes">
        <table>
          <caption>Share, or median with 5–95 % range, of the patients who have a value; in brackets those who have none.</caption>
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              {arms.map(([name], order) => (
                <th key={name} scope="col" className="number">
                  <i className={`swatch curve-${order}`} /> {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((about) => (
              <tr key={about.name} data-outcome={about.name}>
                <th scope="row">
                  {labelled(capitalised(about.label), about.share ? "" : "median", about.unit)}
                </th>
                {arms.map(([name, arm]) => (
                  <td key={name} className="number">
                    {cell(arm, about.name, about.share)}
                    {(arm.outcomes[about.name]?.without_value ?? 0) > 0 && <span className="quiet"> [{arm.outcomes[about.name].without_value}]</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
