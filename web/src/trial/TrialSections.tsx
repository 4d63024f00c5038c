// What simulated trials found, and for each design what a protocol prints.
import { Picture } from "../Picture";
import type { Card, Section, TextTable, TrialResult } from "./types";

export function TrialSections({ result, job }: { result: TrialResult; job: string }) {
  return (
    <>
      <section className="sheet stack" aria-labelledby="result">
        <h2 id="result">{result.title}</h2>
        <dl className="facts">
          {result.facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <div className="row noprint">
          <a href={`/api/jobs/${job}/download/report.html`} download="report.html">
            report.html
          </a>
          {Object.keys(result.tables).map((name) => (
            <a key={name} href={`/api/jobs/${job}/download/${name}.csv`} download={`${name}.csv`} title={result.meanings[name]}>
              {name}.csv
            </a>
          ))}
        </div>
      </section>
      {result.sections.map((section, order) => (
        <Part key={order} section={section} />
      ))}
      {result.cards.map((card) => (
        <ProtocolCard key={card.name} card={card} />
      ))}
      <section className="sheet stack" aria-labelledby="assumptions">
        <h2 id="assumptions">Assumptions</h2>
        <ul>
          {result.assumptions.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Part({ section }: { section: Section }) {
  return (
    <section className="sheet stack">
      <h2>{section.title}</h2>
      {section.text.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {section.tables.map((table, order) => (
        <TableOfText key={order} table={table} words={section.title} />
      ))}
      {section.drawings.map((drawing, order) => (
        <div key={order}>
          <Picture svg={drawing.svg} name={`${slug(section.title)}-${order + 1}`} words={drawing.caption || section.title} />
          <p className="quiet small">{drawing.caption}</p>
        </div>
      ))}
      {section.grid.length > 0 && (
        <>
          <div className="drawings">
            {section.grid.map((svg, order) => (
              <Picture key={order} svg={svg} name={`${slug(section.title)}-${order + 1}`} words={section.grid_caption || section.title} />
            ))}
          </div>
          <p className="quiet small">{section.grid_caption}</p>
        </>
      )}
    </section>
  );
}

function ProtocolCard({ card }: { card: Card }) {
  return (
    <details className="sheet">
      <summary>Protocol card: {card.name}</summary>
      <div className="stack">
        {card.text.map((line) => (
          <p key={line}>{line}</p>
        ))}
        {card.boundaries && <TableOfText table={card.boundaries} words={`Boundaries of ${card.name}`} />}
        {card.letters.length > 0 && <TableOfText table={{ rows: card.letters, note: "", wide: false }} words={`Decisions of ${card.name}`} />}
        {card.chart && <Picture svg={card.chart} name={`flow-chart-${slug(card.name)}`} words={`Flow chart of ${card.name}`} />}
        {card.paths && <TableOfText table={card.paths} words={`Dose paths of ${card.name}`} />}
      </div>
    </details>
  );
}

function TableOfText({ table, words }: { table: TextTable; words: string }) {
  const [head, ...rows] = table.rows;
  if (!head) return null;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={words}>
      <table>
        <thead>
          <tr>
            {head.map((cell, order) => (
              <th key={order} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, order) => (order === 0 ? <th key={order} scope="row" className={cell.startsWith(" ") ? "quiet inner" : undefined}>{cell}</th> : <td key={order}>{cell}</td>))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.note && <p className="quiet small">{table.note}</p>}
    </div>
  );
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}
