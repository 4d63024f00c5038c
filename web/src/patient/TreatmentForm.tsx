// One treatment: sliders and ticks that change its text, and the text itself.
import { useRef } from "react";

import type { Disease, Drug, Meta, Treatment } from "../api/types";
import { RegimenText } from "./RegimenText";
import * as regimen from "./regimenText";
import { Slider } from "./Slider";

interface Given {
  meta: Meta;
  disease: Disease;
  treatment: Treatment;
  onMove: (text: string) => void;
  onSettle: (text: string) => void;
  onRename: (name: string) => void;
}

const STEPS = 100;
const DECADES = Math.log10(regimen.HIGHEST_DOSE / regimen.LOWEST_DOSE);
const CAR_T = "CAR-T product";
const CONDITIONING = ["fludarabine", "cyclophosphamide"];

function doseAt(position: number): number {
  if (position === 0) return 0;
  return Number((regimen.LOWEST_DOSE * 10 ** ((DECADES * (position - 1)) / (STEPS - 1))).toPrecision(3));
}

function positionOf(cells: number): number {
  if (cells <= 0) return 0;
  return 1 + Math.round(((STEPS - 1) * Math.log10(cells / regimen.LOWEST_DOSE)) / DECADES);
}

const DOSE_MARKS: [number, string][] = [
  [0, "none"],
  [positionOf(1e5), "10⁵"],
  [positionOf(1e6), "10⁶"],
  [STEPS, "3×10⁶"],
];

export function TreatmentForm({ meta, disease, treatment, onMove, onSettle, onRename }: Given) {
  const { text } = treatment;
  const products = meta.drugs.filter((drug) => drug.family === CAR_T);
  const others = meta.drugs.filter((drug) => drug.family !== CAR_T && !CONDITIONING.includes(drug.name));
  const dose = regimen.doseOf(text, products);
  const conditioning = regimen.conditioningOf(text);
  const given = regimen.productOf(text, products);
  const last = useRef(given || products[0]?.name);
  if (given) last.current = given;
  const product = products.find((one) => one.name === last.current) ?? products[0];
  const atDose = (position: number) => regimen.withDose(text, doseAt(position), product, products);
  const atPercent = (percent: number) => regimen.withConditioning(text, percent, meta.drugs);
  return (
    <fieldset>
      <legend className="hidden">{treatment.name}</legend>
      <div className="pair">
        <label className="field">
          <span className="name">Standard treatment</span>
          <select value={disease.standard_treatments.find((one) => one.text === text)?.name ?? ""} onChange={(event) => pick(event.target.value)}>
            <option value="">as written below</option>
            {disease.standard_treatments.map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </select>
        </label>
        <label className="field">
          <span className="name">Name</span>
          <input key={treatment.name} defaultValue={treatment.name} maxLength={40} onBlur={(event) => rename(event.target.value)} />
        </label>
      </div>
      <label className="field">
        <span className="name">CAR-T product</span>
        <select value={product?.name} disabled={!given} onChange={(event) => onSettle(regimen.withProduct(text, event.target.value, products))}>
          {products.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
        <span className="hint">{product?.meaning}</span>
      </label>
      <Slider
        name="Dose"
        words={dose === null ? "as written" : dose === 0 ? "none" : `${regimen.amountText(dose)} cells/kg`}
        position={positionOf(dose ?? 0)}
        last={STEPS}
        marks={DOSE_MARKS}
        disabled={dose === null}
        onMove={(position) => onMove(atDose(position))}
        onSettle={(position) => onSettle(atDose(position))}
      />
      <Slider
        name="Conditioning, % of flu 25, cy 1000 mg/m²"
        words={conditioning === null ? "as written" : conditioning === 0 ? "none" : `${conditioning} %`}
        position={conditioning ?? 0}
        last={150}
        marks={[
          [0, "none"],
          [50, "50"],
          [100, "100"],
          [150, "150"],
        ]}
        disabled={conditioning === null}
        onMove={(percent) => onMove(atPercent(percent))}
        onSettle={(percent) => onSettle(atPercent(percent))}
      />
      <details>
        <summary>Other drugs, steroids, rules of care</summary>
        {classesOf(others).map(([family, drugs]) => (
          <div key={family} className="stack">
            <strong className="small">{family[0].toUpperCase() + family.slice(1)}</strong>
            {drugs.map((drug) => (
              <DrugTick key={drug.name} drug={drug} refused={disease.refuses[drug.name] ?? ""} text={text} onSettle={onSettle} />
            ))}
          </div>
        ))}
      </details>
      <RegimenText text={text} onSettle={onSettle} />
    </fieldset>
  );

  function pick(name: string): void {
    const chosen = disease.standard_treatments.find((one) => one.name === name);
    if (chosen) onSettle(chosen.text);
  }

  function rename(name: string): void {
    const clean = name.replaceAll("~", "").trim();
    if (clean && clean !== treatment.name) onRename(clean);
  }
}

// Drugs by their class, classes in the order in which the first of each comes.
function classesOf(drugs: Drug[]): [string, Drug[]][] {
  const found = new Map<string, Drug[]>();
  for (const drug of drugs) found.set(drug.family, [...(found.get(drug.family) ?? []), drug]);
  return [...found];
}

// A drug that the disease refuses can be taken out, but not put in.
function DrugTick({ drug, refused, text, onSettle }: { drug: Drug; refused: string; text: string; onSettle: (text: string) => void }) {
  const given = regimen.hasDrug(text, drug.name);
  return (
    <label className="tick" title={drug.meaning}>
      <input
        type="checkbox"
        checked={given}
        disabled={Boolean(refused) && !given}
        onChange={(event) => onSettle(regimen.withDrug(text, drug, event.target.checked))}
      />
      <span>
        {drug.name} <span className="quiet small">{refused ? `not given: ${refused}` : drug.example.slice(drug.name.length)}</span>
        <br />
        <span className="quiet small">{drug.meaning}</span>
      </span>
    </label>
  );
}
