// Which disease, then which of its populations; and what is simulated of a disease and what is left out.
import { useId } from "react";

import type { Disease, Meta } from "./api/types";

export function diseaseOf(meta: Meta, population: string): Disease | undefined {
  return meta.diseases.find((disease) => disease.populations.some((one) => one.name === population));
}

interface Given {
  meta: Meta;
  population: string;
  hint?: string;
  onChange: (population: string, disease: Disease) => void;
}

export function DiseasePicker({ meta, population, hint, onChange }: Given) {
  const id = useId();
  const disease = diseaseOf(meta, population);
  const choose = (name: string) => {
    const chosen = diseaseOf(meta, name);
    if (chosen) onChange(name, chosen);
  };
  return (
    <>
      <div className="field">
        <label className="name" htmlFor={`${id}-disease`}>
          Disease
        </label>
        <select id={`${id}-disease`} value={disease?.populations[0].name ?? ""} onChange={(event) => choose(event.target.value)}>
          {!disease && <option value="">another one</option>}
          {meta.diseases.map((one) => (
            <option key={one.name} value={one.populations[0].name}>
              {one.title}
            </option>
          ))}
        </select>
      </div>
      {disease && (
        <div className="field">
          <label className="name" htmlFor={`${id}-population`}>
            Population
          </label>
          <select id={`${id}-population`} title={disease.populations.find((one) => one.name === population)?.title} value={population} onChange={(event) => choose(event.target.value)}>
            {disease.populations.map((one) => (
              <option key={one.name} value={one.name}>
                {one.title}
              </option>
            ))}
          </select>
          {hint && <span className="hint">{hint}</span>}
        </div>
      )}
    </>
  );
}

// What is simulated of a disease and what is left out, in its own words.
export function DiseaseWords({ disease }: { disease: Disease | undefined }) {
  if (!disease?.known) return null;
  return (
    <section className="sheet small" aria-label="What is simulated of the disease">
      <b>{disease.title.slice(0, 1).toUpperCase() + disease.title.slice(1)}.</b> {disease.known} <b>Left out:</b> {disease.missed}
    </section>
  );
}
