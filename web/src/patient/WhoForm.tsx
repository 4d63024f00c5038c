// Who is treated: the typical patient, one of the five published patients, or a patient described by what is known.
import type { Facts, Meta, PublishedPatient, Who } from "../api/types";
import type { PatientView } from "./view";

interface Given {
  meta: Meta;
  view: PatientView;
  onChange: (part: Partial<PatientView>) => void;
}

type NumberFact = Exclude<keyof Facts, "sex" | "nephritis">;

const NUMBERS: [name: NumberFact, words: string, unit: string, least: number, most: number, step: number][] = [
  ["age", "Age", "years", 3, 100, 1],
  ["weight_kg", "Weight", "kg", 30, 200, 1],
  ["sledai_2k", "SLEDAI-2K", "points", 0, 105, 1],
  ["upcr_g_per_g", "Proteinuria", "g/g", 0, 20, 0.1],
  ["anti_dsdna_iu_per_ml", "Anti-dsDNA", "IU/mL", 0, 10000, 10],
  ["c3_g_per_l", "C3", "g/L", 0, 3, 0.05],
  ["igg_g_per_l", "IgG", "g/L", 0, 50, 0.5],
];

function kindOf(who: Who): string {
  if ("published" in who) return `published-${who.published}`;
  return "facts" in who ? "own" : "typical";
}

function whoOf(kind: string): Who {
  if (kind.startsWith("published-")) return { published: Number(kind.slice("published-".length)) };
  return kind === "own" ? { facts: { nephritis: true, sledai_2k: 12 } } : { typical: true };
}

function words(patient: PublishedPatient): string {
  const score = patient.sledai_2k ?? patient.sledai_2k_range?.join(" to ");
  const age = patient.age_range ? `age ${patient.age_range.join(" to ")} years, ` : "";
  return `${age}SLEDAI-2K ${score ?? "not known"}${patient.nephritis ? ", nephritis" : ""}`;
}

export function WhoForm({ meta, view, onChange }: Given) {
  const { who } = view;
  const published = "published" in who ? meta.published_patients[who.published - 1] : null;
  const changes = Object.entries(view.parameters);
  return (
    <section className="sheet stack" aria-labelledby="patient">
      <h2 id="patient">Patient</h2>
      <label className="field">
        <span className="hidden">Which patient</span>
        <select value={kindOf(who)} onChange={(event) => onChange({ who: whoOf(event.target.value) })}>
          <option value="typical">Typical patient with refractory lupus</option>
          {meta.published_patients.map((patient, order) => (
            <option key={patient.patient} value={`published-${order + 1}`}>
              Published patient {order + 1} of 5 (Mackensen 2022)
            </option>
          ))}
          <option value="own">Described by what is known</option>
        </select>
        {published && <span className="hint">{words(published)}; the line is the middle one of the patient's twins</span>}
      </label>
      {"facts" in who && <FactsForm facts={who.facts} onChange={(facts) => onChange({ who: { facts } })} />}
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

function FactsForm({ facts, onChange }: { facts: Facts; onChange: (facts: Facts) => void }) {
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
      <label className="field">
        <span className="name">Kidney involved</span>
        <select value={nephritis} onChange={(event) => put("nephritis", event.target.value === "" ? undefined : event.target.value === "yes")}>
          <option value="">not known</option>
          <option value="yes">yes</option>
          <option value="no">no</option>
        </select>
      </label>
      {NUMBERS.map(([name, words, unit, least, most, step]) => (
        <label key={name} className="field">
          <span className="name">
            {words}, {unit}
          </span>
          <input
            key={String(facts[name])}
            type="number"
            min={least}
            max={most}
            step={step}
            placeholder="not known"
            defaultValue={facts[name]}
            onBlur={(event) => {
              const value = event.target.value === "" ? undefined : Number(event.target.value);
              if (value !== facts[name]) put(name, value);
            }}
            onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          />
        </label>
      ))}
    </fieldset>
  );
}
