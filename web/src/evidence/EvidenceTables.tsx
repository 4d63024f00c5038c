// Every published number beside the simulated one; what the model was tuned to stands apart from what it was not.
import { useLoaded } from "../api/useLoaded";
import { interval, isOurs, labelled, lessKnown, published, shown } from "../charts/words";
import { Failure } from "../Failure";
import { go } from "../view/address";
import { Interval } from "./Interval";
import type { Comparison, Evidence, Misfit } from "./types";

const GROUPS: [title: string, has: (row: Comparison) => boolean][] = [
  ["Not tuned to", (row) => row.tuned === false],
  ["Tuned indirectly, to a number that contains it or goes with it: agreement is not validation", (row) => typeof row.tuned === "string"],
  ["Tuned to: agreement is not validation", (row) => row.tuned === true],
];

// How many rows a group has, and of how many of them the band is ours: what it can show and what it cannot.
function heading(title: string, rows: Comparison[]): string {
  const ours = rows.filter(isOurs).length;
  const bands = ours === 0 ? "" : ours === rows.length ? (ours === 1 ? "; band chosen by us" : "; bands chosen by us") : `; band of ${ours} chosen by us`;
  return `${title} (${rows.length} ${rows.length === 1 ? "row" : "rows"}${bands})`;
}

function simulated(row: Comparison): string {
  if (row.simulated === null) return "–";
  if (row.simulated_low === null) return shown(row.simulated, row.unit);
  return `${shown(row.simulated, row.unit)} (${interval(row.simulated_low, row.simulated_high, row.unit)})`;
}

function Misfits({ misfits }: { misfits: Misfit[] }) {
  return (
    <div className="stack">
      <h2>What does not fit</h2>
      <p className="small quiet">Known when this version of the model was made, here and elsewhere; none of it was tuned away.</p>
      <ul className="small">
        {misfits.map((one) => (
          <li key={one.title}>
            <b>{one.title}.</b> {one.text} {one.sources.length > 0 && <span className="quiet">({one.sources.join("; ")})</span>}
          </li>
        ))}
      </ul>
    </div>
  );
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
          band: what the published data allow, or where they give none a tolerance chosen by us
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
                    {heading(title, rows)}
                  </th>
                </tr>,
                ...rows.map((row) => (
                  <tr key={row.quantity + row.arm}>
                    <th scope="row">
                      {labelled(row.label, row.statistic, row.unit)}
                    </th>
                    <td className="quiet">{row.arm}</td>
                    <td>
                      {published(row)}
                      {lessKnown(row) && <span className="quiet small"> ({lessKnown(row)})</span>}
                    </td>
                    <td className="forest">
                      <Interval row={row} />
                      {isOurs(row) && <span className="quiet small">band chosen by us: {row.band.replace(/^[^:]*: /, "")}</span>}
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
      <Misfits misfits={evidence.misfits} />
    </section>
  );
}
