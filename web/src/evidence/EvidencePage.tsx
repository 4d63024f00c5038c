import { changed, go } from "../view/address";
import { Equations } from "./Equations";
import { EvidenceTables } from "./EvidenceTables";
import { ParameterTable } from "./ParameterTable";

const PARTS = [
  { name: "evidence", title: "Published and simulated" },
  { name: "parameters", title: "Parameters" },
  { name: "equations", title: "Equations" },
];

export function EvidencePage({ query }: { query: URLSearchParams }) {
  const part = PARTS.find((one) => one.name === query.get("part"))?.name ?? "evidence";
  return (
    <div className="stack">
      <div className="head">
        <h1>Evidence and model</h1>
        <div className="tabs noprint" role="group" aria-label="Parts of the page">
          {PARTS.map((one) => (
            <button key={one.name} type="button" aria-pressed={one.name === part} onClick={() => go(changed(query, { part: one.name }))}>
              {one.title}
            </button>
          ))}
        </div>
      </div>
      {part === "evidence" && <EvidenceTables />}
      {part === "parameters" && <ParameterTable query={query} />}
      {part === "equations" && <Equations />}
    </div>
  );
}
