import type { Scored } from "./types";

export function Faults({ scored, onPartial }: { scored: Scored; onPartial: (() => void) | null }) {
  return (
    <section className="sheet" aria-labelledby="faults">
      <div className="head">
        <h2 id="faults">Rows that cannot be read</h2>
        {onPartial && (
          <button type="button" onClick={onPartial}>
            Score the other rows
          </button>
        )}
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="faults">
        <table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" className="number">
                Line
              </th>
              <th scope="col">Column</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {scored.faults.map((fault, order) => (
              <tr key={order}>
                <td>{fault.file}</td>
                <td className="number">{fault.line ?? fault.row ?? ""}</td>
                <td>{fault.column}</td>
                <td>{fault.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {scored.more > 0 && <p className="quiet small">and {scored.more} more</p>}
    </section>
  );
}
