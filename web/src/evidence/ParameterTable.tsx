// Every number of the model with its origin; a changed one goes back to the Patient page.
import { useDeferredValue, useState } from "react";

import { useLoaded } from "../api/useLoaded";
import { number } from "../charts/numbers";
import { Failure } from "../Failure";
import { changed, go } from "../view/address";
import { lastPatient } from "../view/lastShown";
import { readParameters, writeParameters } from "../patient/view";
import type { Parameter, Parameters } from "./types";

function holds(row: Parameter, words: string[]): boolean {
  const text = `${row.name} ${row.symbol} ${row.unit} ${row.source} ${row.standing} ${row.note}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function tryOut(name: string, value: number): void {
  const patient = lastPatient();
  const parameters = { ...readParameters(patient.get("with")), [name]: value };
  go(changed(patient, { page: "patient", with: writeParameters(parameters) }));
  window.scrollTo(0, 0);
}

export function ParameterTable({ query }: { query: URLSearchParams }) {
  const { value: found, error } = useLoaded<Parameters>("/api/parameters");
  const [search, setSearch] = useState(query.get("search") ?? "");
  const words = useDeferredValue(search).toLowerCase().split(/\s+/).filter(Boolean);
  if (error) return <Failure message={error} />;
  if (!found) return <p className="quiet">Opening the table</p>;
  const standing = query.get("standing") ?? "";
  const rows = found.parameters.filter((row) => (!standing || row.standing === standing) && holds(row, words));
  return (
    <section className="sheet stack" aria-label="Parameters" data-state="ready">
      <div className="row">
        <label className="field" style={{ flex: "1 1 240px" }}>
          <span className="name">Search name, symbol, unit, source or note</span>
          <input
            type="search"
            value={search}
            onChange={(event) => {
              setSearch(event.target.value);
              go(changed(query, { search: event.target.value || null }), "replace");
            }}
          />
        </label>
        <label className="field" style={{ flex: "0 1 200px" }}>
          <span className="name">Standing</span>
          <select value={standing} onChange={(event) => go(changed(query, { standing: event.target.value || null }))}>
            <option value="">all</option>
            {Object.entries(found.standings).map(([name, count]) => (
              <option key={name} value={name}>
                {name} ({count})
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className="quiet small" role="status">
        {rows.length} of {found.in_all} parameters
      </p>
      <div className="scroll" tabIndex={0} role="region" aria-label="Parameter table">
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">Symbol</th>
              <th scope="col">Value</th>
              <th scope="col">Unit</th>
              <th scope="col">Bounds</th>
              <th scope="col">Spread between patients</th>
              <th scope="col">Standing</th>
              <th scope="col">Source and note</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.name} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ row }: { row: Parameter }) {
  const [typed, setTyped] = useState<string | null>(null);
  const value = Number(typed);
  const [low, high] = row.bounds;
  const wrong = typed !== null && (typed.trim() === "" || !(value >= low && value <= high));
  const different = typed !== null && value !== row.value;
  return (
    <tr>
      <th scope="row" className="code">
        {row.name}
      </th>
      <td className="code">{row.symbol}</td>
      <td style={{ minWidth: 118 }}>
        <input
          type="number"
          step="any"
          aria-label={`Value of ${row.name}`}
          aria-invalid={wrong}
          value={typed ?? String(row.value)}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && different && !wrong && tryOut(row.name, value)}
        />
        {wrong && (
          <span className="fault">
            from {number(low)} to {number(high)}
          </span>
        )}
        {different && !wrong && (
          <button type="button" className="plain" onClick={() => tryOut(row.name, value)}>
            Try on the patient
          </button>
        )}
      </td>
      <td>{row.unit === "1" ? "" : row.unit}</td>
      <td className="quiet" style={{ whiteSpace: "nowrap" }}>
        {number(low)} to {number(high)}
      </td>
      <td className="quiet">{row.spread}</td>
      <td>{row.standing}</td>
      <td className="quiet small" style={{ minWidth: 220 }}>
        {[row.source, row.note].filter(Boolean).join("; ")}
      </td>
    </tr>
  );
}
