// The drawings of a cohort: one for each endpoint and time, one for each arm where patients are shown one by one.
import { Lines, type Line } from "../charts/Lines";
import { Swimmers } from "../charts/Swimmers";
import { Waterfall } from "../charts/Waterfall";
import { CURVES } from "../charts/numbers";
import type { CohortResult, EndpointRow } from "./types";

function grouped<Row>(rows: Row[], key: (row: Row) => string): [string, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups];
}

function visitLines(rows: EndpointRow[], arms: string[]): Line[] {
  return grouped(rows, (row) => row.arm).map(([arm, own]) => ({
    name: arm,
    order: arms.indexOf(arm) % CURVES,
    x: own.map((row) => row.day),
    y: own.map((row) => row.value),
    low: own.map((row) => row.low),
    high: own.map((row) => row.high),
  }));
}

export function CohortFigures({ result }: { result: CohortResult }) {
  const arms = Object.keys(result.arms);
  const last = result.days.at(-1) ?? 730;
  const endpoints = grouped(result.endpoints, (row) => row.endpoint).filter(([, rows]) => new Set(rows.map((row) => row.day)).size > 1);
  const waterfalls = Object.entries(result.waterfall).flatMap(([arm, found]) => (found?.changes.length ? [{ arm, ...found }] : []));
  const falls = waterfalls.flatMap(({ changes }) => changes);
  const span: [number, number] = [Math.min(0, ...falls), Math.max(0, ...falls)];
  return (
    <section className="stack" aria-label="Figures">
      <div className="key">
        {arms.map((arm, order) => (
          <span key={arm}>
            <i className={`swatch curve-${order % CURVES}`} />
            {arm}
          </span>
        ))}
        <span>shares with exact 95 % intervals; scores as median with 5–95 % range</span>
      </div>
      <div className="drawings">
        {endpoints.map(([name, rows]) => (
          <Lines key={name} kind="visits" name={name} title={capital(rows[0].label)} lines={visitLines(rows, arms)} share={rows[0].share} xLabel="day of the visit" yLabel={rows[0].share ? "patients" : rows[0].unit} />
        ))}
        {grouped(result.times, (row) => row.outcome).map(([name, rows]) => (
          <Lines
            key={name}
            kind="steps"
            name={name}
            title={`Patients ${rows[0].label}`}
            share
            xLabel="days since infusion"
            yLabel="patients, Kaplan–Meier"
            lines={rows.map((row) => ({ name: row.arm, order: arms.indexOf(row.arm) % CURVES, x: row.days, y: row.share, low: row.low, high: row.high }))}
          />
        ))}
        {waterfalls.map(({ arm, label, unit, changes }) => (
          <Waterfall key={arm} name={`waterfall-${arm}`} title={`${label}: ${arm}`} changes={changes} order={arms.indexOf(arm) % CURVES} yLabel={unit} span={span} />
        ))}
      </div>
      {Object.entries(result.swimmers)
        .filter(([, lanes]) => lanes.some((lane) => lane.spans.length > 0))
        .map(([arm, lanes]) => (
          <details key={arm} open={arms.indexOf(arm) === 0}>
            <summary>
              Patients of {arm} one by one{lanes.length < result.arms[arm].twins && `: the first ${lanes.length} of ${result.arms[arm].twins}`}
            </summary>
            <Swimmers name={`swimmers-${arm}`} title={arm} lanes={lanes} last={last} />
          </details>
        ))}
    </section>
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
