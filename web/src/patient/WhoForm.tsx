// Who is treated: the disease and the population, then the typical patient, a published one, or one described by what is known.
import { useRef, useState } from "react";

import { shown } from "../charts/words";
import type { Disease, Facts, Meta, PublishedPatient, Who } from "../api/types";
import { DiseasePicker } from "../DiseasePicker";
import type { PatientView } from "./view";
import { lineOf } from "./whose";

interface Given {
  meta: Meta;
  view: PatientView;
  // Why nobody can be simulated with these facts together; empty where somebody can.
  refused: string;
  onChange: (part: Partial<PatientView>) => void;
}

const PAUSE = 700; // ms without a key until a number counts as written

type NumberFact = Exclude<keyof Facts, "sex" | "nephritis">;

const NUMBERS: [name: NumberFact, words: string, unit: string, step: number][] = [
  ["age", "Age", "years", 1],
  ["weight_kg", "Weight", "kg", 1],
  ["sledai_2k", "SLEDAI-2K", "points", 1],
  ["upcr_g_per_g", "Proteinuria", "g/g", 0.1],
  ["anti_dsdna_iu_per_ml", "Anti-dsDNA", "IU/mL", 10],
  ["c3_g_per_l", "C3", "g/L", 0.05],
  ["igg_g_per_l", "IgG", "g/L", 0.5],
];

function kindOf(who: Who): string {
  if ("published" in who) return `published-${who.published}`;
  return "facts" in who ? "own" : "typical";
}

// A description starts with what a disease with a score of its own is described by.
function whoOf(kind: string, disease: Disease): Who {
  if (kind.startsWith("published-")) return { published: Number(kind.slice("published-".length)) };
  if (kind !== "own") return { typical: true };
  return { facts: disease.facts.includes("sledai_2k") ? { nephritis: true, sledai_2k: 12 } : {} };
}

function words(patient: PublishedPatient): string {
  const score = patient.sledai_2k ?? patient.sledai_2k_range?.join(" to ");
  const age = patient.age_range ? `age ${patient.age_range.join(" to ")} years, ` : "";
  return `${age}SLEDAI-2K ${score ?? "not known"}${patient.nephritis ? ", nephritis" : ""}`;
}

// The refusal in the words of this form, which knows no columns of files.
function inWords(refused: string): string {
  if (!refused) return "";
  if (/twins agree with/.test(refused)) return "Hardly any virtual patient has all of these facts together: bring one nearer to the others, or leave it blank.";
  return refused.replace(/^patient\.facts(\.\w+)?: /, "").replace(/^./, (first) => first.toUpperCase());
}

export function WhoForm({ meta, view, refused, onChange }: Given) {
  const { who, disease, population } = view;
  const patients = disease.published_patients;
  const published = "published" in who ? patients[who.published - 1] : null;
  const changes = Object.entries(view.parameters);
  return (
    <section className="sheet stack" aria-labelledby="patient">
      <h2 id="patient">Patient</h2>
      <DiseasePicker
        meta={meta}
        population={population}
        hint="Of whom the bands and unknown facts are drawn; the typical patient is of the disease."
        onChange={(name, chosen) => onChange(chosen === disease ? { population: name } : { disease: chosen, population: name, who: { typical: true }, parameters: {} })}
      />
      <label className="field">
        <span className="name">Which patient</span>
        <select value={kindOf(who)} onChange={(event) => onChange({ who: whoOf(event.target.value, disease) })}>
          <option value="typical">Typical patient with {disease.title}</option>
          {patients.map((patient, order) => (
            <option key={patient.patient} value={`published-${order + 1}`}>
              Published patient {order + 1} of {patients.length} (Mackensen 2022)
            </option>
          ))}
          <option value="own">Described by what is known</option>
        </select>
        {published && <span className="hint">{words(published)}; the line is {lineOf(view)}</span>}
      </label>
      {"facts" in who && <FactsForm meta={meta} disease={disease} facts={who.facts} refused={inWords(refused)} onChange={(facts) => onChange({ who: { facts } })} />}
      {changes.length > 0 && (
        <div className="field">
          <span className="name">Changed parameters</span>
          {changes.map(([name, value]) => (
            <span key={name} className="row small">
              <code>
                {name} = {value}
              </code>
              <button
                type="button"
                className="plain"
                aria-label={`Put ${name} back`}
                onClick={() => onChange({ parameters: Object.fromEntries(changes.filter(([other]) => other !== name)) })}
              >
                Put back
              </button>
            </span>
          ))}
        </div>
      )}
    </section>
  );
}

interface FactsGiven {
  meta: Meta;
  disease: Disease;
  facts: Facts;
  refused: string;
  onChange: (facts: Facts) => void;
}

function FactsForm({ meta, disease, facts, refused, onChange }: FactsGiven) {
  const nephritis = facts.nephritis === undefined ? "" : facts.nephritis ? "yes" : "no";
  const put = (name: keyof Facts, value: unknown) => {
    const { [name]: _, ...rest } = facts;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <fieldset className="pair">
      <legend className="hidden">What is known; leave blank what is not</legend>
      <label className="field">
        <span className="name">Sex</span>
        <select value={facts.sex ?? ""} onChange={(event) => put("sex", event.target.value || undefined)}>
          <option value="">not known</option>
          <option value="F">female</option>
          <option value="M">male</option>
        </select>
      </label>
      {disease.facts.includes("nephritis") && (
        <label className="field">
          <span className="name">Kidney involved</span>
          <select value={nephritis} onChange={(event) => put("nephritis", event.target.value === "" ? undefined : event.target.value === "yes")}>
            <option value="">not known</option>
            <option value="yes">yes</option>
            <option value="no">no</option>
          </select>
        </label>
      )}
      {NUMBERS.filter(([name]) => disease.facts.includes(name)).map(([name, words, unit, step]) => (
        <NumberField
          key={name}
          name={name}
          label={`${words}, ${unit}`}
          lowest={meta.facts[name].lowest}
          highest={meta.facts[name].highest}
          step={step}
          value={facts[name]}
          onWritten={(value) => put(name, value)}
        />
      ))}
      {refused && (
        <p className="failure" role="alert">
          {refused}
        </p>
      )}
    </fieldset>
  );
}

interface NumberGiven {
  name: string;
  label: string;
  lowest: number;
  highest: number;
  step: number;
  value: number | undefined;
  onWritten: (value: number | undefined) => void;
}

// A number that counts once it is written: after a pause, Enter or Tab. One that nobody can have is told beside it and not given.
function NumberField({ name, label, lowest, highest, step, value, onWritten }: NumberGiven) {
  const [written, setWritten] = useState<{ text: string; of: number | undefined } | null>(null);
  const clock = useRef(0);
  const text = written && written.of === value ? written.text : (value ?? "").toString();
  const number = text === "" ? undefined : Number(text);
  const whole = name !== "sledai_2k" || number === undefined || Number.isInteger(number);
  const possible = number === undefined || (number >= lowest && number <= highest && whole);
  const give = (wanted: string) => {
    window.clearTimeout(clock.current);
    const given = wanted === "" ? undefined : Number(wanted);
    const fits = given === undefined || (given >= lowest && given <= highest && (name !== "sledai_2k" || Number.isInteger(given)));
    if (fits && given !== value) onWritten(given);
  };
  const write = (wanted: string) => {
    setWritten({ text: wanted, of: value });
    window.clearTimeout(clock.current);
    clock.current = window.setTimeout(() => give(wanted), PAUSE);
  };
  return (
    <label className="field">
      <span className="name">{label}</span>
      <input
        type="number"
        min={lowest}
        max={highest}
        step={step}
        placeholder="not known"
        value={text}
        aria-invalid={!possible}
        aria-describedby={possible ? undefined : `wrong-${name}`}
        onChange={(event) => write(event.target.value)}
        onBlur={(event) => give(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && give(event.currentTarget.value)}
      />
      {!possible && (
        <span id={`wrong-${name}`} className="fault" role="alert">
          {whole ? `${shown(lowest)} to ${shown(highest)}; not given` : "a whole number; not given"}
        </span>
      )}
    </label>
  );
}
