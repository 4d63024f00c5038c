// The linked small multiples: one time axis, one crosshair.
import { useMemo } from "react";
import uPlot from "uplot";

import type { Bands, Course, Panel, Treatment, Unsure } from "../api/types";
import { useTheme } from "../view/theme";
import { colourOfDomain, type Marks } from "./marks";
import type { PanelCurves } from "./panelData";
import { marksOf } from "./phases";
import { BY_DOMAIN, useAllPanels } from "./allPanels";
import { readRange, type Range } from "./timeAxis";
import { CROSSHAIR, TimePanel } from "./TimePanel";
import { lineOf, twinsOf } from "./whose";
import type { PatientView } from "./view";

interface Given {
  view: PatientView;
  treatments: Treatment[];
  courses: (Course | null)[];
  ghosts: (Course | null)[];
  bands: (Bands | null)[];
  unsure: (Unsure | null)[];
  onChange: (part: Partial<PatientView>) => void;
}

const SPANS: [words: string, first: number, last: number][] = [
  ["60 days", -10, 60],
  ["6 months", -14, 182],
  ["2 years", -35, 730],
];
const WHOLE: Range = { first: -35, last: 730 };

const DOMAIN_WORDS: Record<string, string> = { CNS: "nervous system", MSK: "joints and muscles", VASC: "vessels", CONST: "constitutional", HEME: "blood" };

function domainWords(name: string): string {
  if (name in DOMAIN_WORDS) return DOMAIN_WORDS[name];
  return name.length <= 3 ? name : name.toLowerCase().replaceAll("_", " ");
}

function unsureWords(drawn: Unsure | null): string {
  if (!drawn) return "dots: what is not known of the numbers, being computed";
  return `dots${drawn.prior ? " (prior)" : ""}: the median of the patients lies between them in 90 % of the draws of the numbers; ${drawn.words}`;
}

function showDay(day: number): void {
  for (const plot of uPlot.sync(CROSSHAIR).plots) plot.setCursor({ left: plot.valToPos(day, "x"), top: 10 }, true);
}

export function Panels({ view, treatments, courses, ghosts, bands, unsure, onChange }: Given) {
  const theme = useTheme();
  const first = courses.find((course) => course !== null);
  const days = first?.days ?? [];
  const range = readRange(view.days, WHOLE);
  const zoom = ({ first, last }: Range) => onChange({ days: first === WHOLE.first && last === WHOLE.last ? null : `${first},${last}` });
  const { usual, byOrgan } = useAllPanels(view.disease);
  const { organ_panels: organs, measured_panels: measured } = view.disease;
  const chosen = courses[view.chosen] ?? null;
  const text = treatments[view.chosen].text;
  const marks: Marks = useMemo(() => marksOf(chosen, text, WHOLE.last), [chosen, text]);
  const domains = Object.entries(chosen?.sledai_domains ?? {}).map(([name, points]) => ({ name, points }));
  const curvesOf = (output: string): PanelCurves => ({
    treatments: treatments.map((_, order) => ({
      typical: courses[order]?.curves[output] ?? null,
      quantiles: bands[order]?.bands[output] ?? null,
      edges: unsure[order]?.edges[output] ?? null,
    })),
    ghosts: ghosts.map((ghost) => ghost?.curves[output] ?? null),
    domains: [],
  });
  const drawPanels = (panels: Panel[]) => (
    <div className="panels">
      {days.length > 0 &&
        panels.map((panel) => (
          <TimePanel
            key={panel.output}
            panel={panel}
            days={days}
            curves={panel.output === BY_DOMAIN ? byDomain : curvesOf(panel.output)}
            names={treatments.map((treatment) => treatment.name)}
            marks={marks}
            range={range}
            logTime={view.logTime}
            theme={theme}
            onZoom={zoom}
          />
        ))}
    </div>
  );
  const drawn = unsure.find((one) => one !== null) ?? null;
  const byDomain: PanelCurves = {
    treatments: treatments.map((_, order) => ({ typical: order === view.chosen ? (chosen?.curves.sledai_2k ?? null) : null, quantiles: null, edges: null })),
    ghosts: [],
    domains,
  };
  return (
    <section className="stack" aria-label="Course over time">
      <div className="head">
        <h1>Course</h1>
        <div className="tabs noprint" role="group" aria-label="Days shown">
          {SPANS.map(([words, from, to]) => (
            <button key={words} type="button" aria-pressed={range.first === from && range.last === to} onClick={() => zoom({ first: from, last: to })}>
              {words}
            </button>
          ))}
        </div>
        <label className="tick">
          <input type="checkbox" checked={view.logTime} onChange={(event) => onChange({ logTime: event.target.checked })} />
          Logarithmic time
        </label>
        <label className="tick">
          <input type="checkbox" checked={view.keep} onChange={(event) => onChange({ keep: event.target.checked, ghosts: [] })} />
          Keep earlier runs
        </label>
        <label className="tick">
          <input type="checkbox" checked={view.unsure} onChange={(event) => onChange({ unsure: event.target.checked })} />
          Uncertainty of the numbers
        </label>
        {byOrgan.length > 0 && (
          <label className="tick">
            <input type="checkbox" checked={view.organs} onChange={(event) => onChange({ organs: event.target.checked })} />
            {organs.length > 0 ? "Organs, kidney and blood" : "Organs"}
          </label>
        )}
        <button type="button" disabled={!view.ghosts.length} onClick={() => onChange({ ghosts: [] })}>
          Clear {view.ghosts.length || ""}
        </button>
      </div>
      <div className="key">
        {treatments.map((treatment, order) => (
          <span key={order}>
            <i className={`swatch curve-${order}`} />
            {treatment.name}
          </span>
        ))}
        <span>
          line: {lineOf(view)}; bands: 50 and 90 % of {twinsOf(view.who)}
        </span>
        {view.unsure && <span data-unsure={drawn ? "ready" : "waiting"}>{unsureWords(drawn)}</span>}
        {marks.phases.map((phase) => (
          <span key={phase.name}>
            <i className="patch" style={{ background: `rgb(var(--phase-${phase.tint}) / ${phase.strength})` }} />
            {phase.name}
          </span>
        ))}
        <span>▾ dose or event of {treatments[view.chosen].name}</span>
        {marks.crs.some((grade) => (grade ?? 0) >= 1) && <span>numbers under interleukin 6: CRS grade</span>}
        {domains.length > 0 && <span>SLEDAI-2K by domain under {treatments[view.chosen].name}:</span>}
        {domains.map((domain) => (
          <span key={domain.name}>
            <i className="patch" style={{ background: colourOfDomain(domain.name), opacity: 0.6 }} />
            {domainWords(domain.name)}
          </span>
        ))}
      </div>
      <label className="row small noprint">
        <span className="quiet">Crosshair on day</span>
        <input
          type="range"
          className="crosshair"
          min={range.first}
          max={range.last}
          defaultValue={range.first}
          onInput={(event) => showDay(Number(event.currentTarget.value))}
        />
      </label>
      {drawPanels(usual)}
      {view.organs && byOrgan.length > 0 && (
        <section className="stack" aria-labelledby="by-organ">
          <h2 id="by-organ">By organ</h2>
          <p className="small">
            {organs.length > 0 && "Activity of each organ over its cut, the level from which its item of SLEDAI-2K is present; 0 where the organ cannot show. "}
            Measured: {measured.map((panel) => panel.title).join(", ")}.
          </p>
          {drawPanels(byOrgan)}
        </section>
      )}
    </section>
  );
}
