// Scores and grades by visit, patient by patient, with what is missing where a score is not known.
import { useState } from "react";

import { number } from "../charts/numbers";
import { Picture } from "../Picture";
import type { Scored, ScoreRow } from "./types";

function shown(row: ScoreRow | undefined, answer: boolean): string {
  if (!row) return "";
  if (row.category) return row.category;
  if (row.value !== null && row.value !== undefined) return answer ? (row.value ? "yes" : "no") : number(row.value);
  const { low, high } = row;
  if (answer || low === null || high === null || low === undefined || high === undefined) return "not known";
  return `${number(low)} to ${number(high)}`;
}

export function ScoredVisits({ scored }: { scored: Scored }) {
  const patients = [...new Set(scored.scores.map((row) => row.patient))];
  const [chosen, setChosen] = useState(patients[0]);
  const patient = patients.includes(chosen) ? chosen : patients[0];
  const { read } = scored.summary;
  const rows = scored.scores.filter((row) => row.patient === patient);
  const days = [...new Set(rows.map((row) => row.day))].sort((one, other) => one - other);
  const names = Object.keys(scored.summary.scores).filter((name) => rows.some((row) => row.score === name));
  const at = new Map(rows.map((row) => [`${row.score} ${row.day}`, row]));
  const episodes = scored.episodes.filter((row) => row.patient === patient);
  return (
    <>
      <section className="sheet stack" aria-labelledby="timeline">
        <h2 id="timeline">
          {read.patients} patients, {read.visits} visits from {read.rows} rows
        </h2>
        {scored.timeline && <Picture svg={scored.timeline} name="timeline" words="Toxicity and activity of each patient over time" />}
        {[...read.notes, ...read.conversions].map((line) => (
          <p key={line} className="quiet small">
            {line}
          </p>
        ))}
      </section>
      <section className="sheet stack" aria-labelledby="scores">
        <div className="head">
          <h2 id="scores">Scores and grades by visit</h2>
          <label className="row small">
            <span className="quiet">Patient</span>
            <select value={patient} onChange={(event) => setChosen(event.target.value)}>
              {patients.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </div>
        <div className="scroll" tabIndex={0} role="region" aria-labelledby="scores">
          <table>
            <caption>A range says what a score may be when items are missing. Point at it to read which.</caption>
            <thead>
              <tr>
                <th scope="col">Score</th>
                {days.map((day) => (
                  <th key={day} scope="col" className="number">
                    day {number(day)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {names.map((name) => {
                const about = scored.summary.scores[name];
                return (
                  <tr key={name}>
                    <th scope="row">
                      {about.label}
                      {about.unit && <span className="quiet">, {about.unit}</span>}
                    </th>
                    {days.map((day) => {
                      const row = at.get(`${name} ${day}`);
                      const known = row?.value !== null && row?.value !== undefined;
                      return (
                        <td key={day} className={known ? "number" : "number quiet"} title={row?.missing ? `missing: ${row.missing}` : undefined}>
                          {shown(row, row?.low === 0 && row.high === 1 ? true : about.yes !== undefined)}
                        </td>
                      );
                    })}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {episodes.length > 0 && (
          <ul className="small">
            {episodes.map((row, order) => (
              <li key={order}>
                {String(row.toxicity)} from day {number(Number(row.start))} to {number(Number(row.end))}, grade {number(Number(row.grade))}
                {row.grade_highest !== row.grade && ` (may have been ${number(Number(row.grade_highest))})`}
              </li>
            ))}
          </ul>
        )}
      </section>
      <Summaries scored={scored} />
    </>
  );
}

function Summaries({ scored }: { scored: Scored }) {
  return (
    <section className="sheet" aria-labelledby="summary">
      <h2 id="summary">All patients</h2>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="summary">
        <table>
          <thead>
            <tr>
              <th scope="col">Score</th>
              <th scope="col" className="number">
                Visits
              </th>
              <th scope="col" className="number">
                Known
              </th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(scored.summary.scores).map(([name, row]) => (
              <tr key={name}>
                <th scope="row">{row.label}</th>
                <td className="number">{row.visits}</td>
                <td className="number">{row.known}</td>
                <td>{row.result}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
