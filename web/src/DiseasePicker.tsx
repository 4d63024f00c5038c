// Which disease, then which of its populations, with what is simulated of the disease and what is left out.
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
  const disease = diseaseOf(meta, population);
  const choose = (name: string) => {
    const chosen = diseaseOf(meta, name);
    if (chosen) onChange(name, chosen);
  };
  return (
    <>
      <label className="field">
        <span className="name">Disease</span>
        <select value={disease?.populations[0].name ?? ""} onChange={(event) => choose(event.target.value)}>
          {!disease && <option value="">another one</option>}
          {meta.diseases.map((one) => (
            <option key={one.name} value={one.populations[0].name}>
              {one.title}
            </option>
          ))}
        </select>
      </label>
      {disease && (
        <>
          <label className="field">
            <span className="name">Population</span>
            <select value={population} onChange={(event) => choose(event.target.value)}>
              {disease.populations.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.title}
                </option>
              ))}
            </select>
            {hint && <span className="hint">{hint}</span>}
          </label>
          <p className="small known">
            <b>Simulated:</b> {disease.known} <b>Left out:</b> {disease.missed}
          </p>
        </>
      )}
    </>
  );
}
