// Every published number beside the simulated one; what the model was tuned to stands apart from what it was not.
import { useLoaded } from "../api/useLoaded";
import { number, percent } from "../charts/numbers";
import { Failure } from "../Failure";
import { go } from "../view/address";
import { Interval } from "./Interval";
import type { Comparison, Evidence } from "./types";

const GROUPS: [title: string, has: (row: Comparison) => boolean][] = [
  ["Not tuned to: agreement is validation", (row) => row.tuned === false],
  ["Tuned to a number that contains or goes with it", (row) => typeof row.tuned === "string"],
  ["Tuned to: agreement is no validation", (row) => row.tuned === true],
];

function value(row: Comparison, size: number | null): string {
  return row.unit === "fraction" ? percent(size) : number(size);
}

function simulated(row: Comparison): string {
  if (row.simulated === null) return "–";
  if (row.simulated_low === null) return value(row, row.simulated);
  return `${value(row, row.simulated)} (${value(row, row.simulated_low)}–${value(row, row.simulated_high)})`;
}

export function EvidenceTables() {
  const { value: evidence, error } = useLoaded<Evidence>("/api/evidence");
  if (error) return <Failure message={error} />;
  if (!evidence) return <p className="quiet">Comparing with what was published</p>;
  return (
    <section className="sheet stack" aria-label="Published and simulated" data-state="ready">
      <div className="key">
        <span>
          <i className="patch" style={{ background: "var(--line)" }} />
          published range
        </span>
        <span>
          <i className="patch" style={{ background: "var(--ink)", width: 3 }} />
          published number
        </span>
        <span className="inside">● simulated, inside</span>
        <span className="outside">◆ simulated, outside; line: what trials of the published size would report</span>
      </div>
      <div className="row small">
        <span className="quiet">
          {evidence.run.current ? "From the run that comes with the package." : "From a stored run of an earlier model; run it again for the present one."}
        </span>
        <button type="button" className="plain noprint" onClick={() => go(new URLSearchParams({ page: "cohort", study: JSON.stringify(evidence.study) }))}>
          Open the study as a cohort
        </button>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label="Published and simulated numbers">
        <table className="middle">
          <thead>
            <tr>
              <th scope="col">Quantity</th>
              <th scope="col">Arm</th>
              <th scope="col">Published</th>
              <th scope="col" className="forest">
                Published and simulated
              </th>
              <th scope="col" className="number">
                Simulated
              </th>
              <th scope="col">Result</th>
              <th scope="col">Source</th>
            </tr>
          </thead>
          <tbody>
            {GROUPS.map(([title, has]) => {
              const rows = [...evidence.untouched, ...evidence.tuned].filter(has);
              if (!rows.length) return null;
              return [
                <tr key={title} className="group">
                  <th colSpan={7} scope="colgroup">
                    {title}
                  </th>
                </tr>,
                ...rows.map((row) => (
                  <tr key={row.quantity + row.arm}>
                    <th scope="row">
                      {row.label}
                      {row.unit && row.unit !== "fraction" && <span className="quiet">, {row.unit}</span>}
                    </th>
                    <td className="quiet">{row.arm}</td>
                    <td>
                      {row.published_text}
                      {row.standing === "unverified" && <span className="quiet small"> (recalled, to be checked)</span>}
                    </td>
                    <td className="forest">
                      <Interval row={row} />
                    </td>
                    <td className="number">{simulated(row)}</td>
                    <td className={row.verdict}>{row.verdict}</td>
                    <td className="quiet small">{row.source}</td>
                  </tr>
                )),
              ];
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
