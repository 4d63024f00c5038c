// Up to four treatments side by side; one of them is being changed.
import { MOST_TREATMENTS, type PatientView } from "./view";

interface Given {
  view: PatientView;
  onChange: (part: Partial<PatientView>) => void;
}

export function TreatmentTabs({ view, onChange }: Given) {
  const { treatments, chosen } = view;
  const free = view.disease.standard_treatments.find((one) => !treatments.some((treatment) => treatment.text === one.text));
  const add = () => free && onChange({ treatments: [...treatments, { name: free.name, text: free.text }], chosen: treatments.length });
  const remove = () =>
    onChange({ treatments: treatments.filter((_, order) => order !== chosen), chosen: Math.max(0, chosen - 1) });
  return (
    <>
      <div className="head">
        <h2 id="treatment">Treatment</h2>
        <button type="button" className="plain" onClick={add} disabled={treatments.length >= MOST_TREATMENTS || !free}>
          Add
        </button>
        <button type="button" className="plain" onClick={remove} disabled={treatments.length < 2}>
          Remove
        </button>
      </div>
      <div className="tabs" role="group" aria-label="Treatments">
        {treatments.map((treatment, order) => (
          <button key={order} type="button" aria-pressed={order === chosen} onClick={() => order !== chosen && onChange({ chosen: order })}>
            <i className={`swatch curve-${order}`} />
            <span>{treatment.name}</span>
          </button>
        ))}
      </div>
    </>
  );
}
