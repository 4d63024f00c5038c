// What is asked first, above the curves: how many respond, have CRS, get their B cells back.
import { capitalised, interval, labelled, shown } from "../charts/words";
import type { Bands, Disease, OutcomeRow, Treatment, Who } from "../api/types";
import { twinsOf } from "./whose";

interface Given {
  disease: Disease;
  treatments: Treatment[];
  bands: (Bands | null)[];
  // Whether a treatment has no course and will have none.
  refused: boolean[];
  who: Who;
}

function text(row: OutcomeRow | undefined): string {
  if (!row || row.value === null) return "–";
  return row.share ? shown(row.value, "fraction") : `${shown(row.value)} (${interval(row.low, row.high)})`;
}

export function KeyNumbers({ disease, treatments, bands, refused, who }: Given) {
  const asked = disease.key_outcomes.map((name) => disease.outcomes.find((one) => one.name === name)).filter((one) => one !== undefined);
  return (
    <section className="sheet" aria-label="Key numbers">
      <div className="scroll" tabIndex={0} role="region" aria-label="Key numbers by treatment">
        <table className="keynumbers">
          <caption>Of {twinsOf(who)}: share, or median with 5–95 % range. All outcomes stand below the curves.</caption>
          <thead>
            <tr>
              <th scope="col">Treatment</th>
              {asked.map((about) => (
                <th key={about.name} scope="col" className="number">
                  {labelled(capitalised(about.label), about.share ? "" : "median", about.unit)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {treatments.map((treatment, order) => (
              <tr key={order}>
                <th scope="row">
                  <i className={`swatch curve-${order}`} /> {treatment.name}
                </th>
                {asked.map((about) => (
                  <td key={about.name} className="number">
                    {bands[order] ? text(bands[order]?.outcomes.find((row) => row.name === about.name)) : refused[order] ? "–" : "…"}
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
