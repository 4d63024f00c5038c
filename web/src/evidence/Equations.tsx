// The model page of the documentation: headings, words, tables and blocks of equations.
import type { ReactNode } from "react";

import { useLoaded } from "../api/useLoaded";
import { Failure } from "../Failure";
import type { Equations as Found } from "./types";

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/;

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((part, order) => {
    if (part.startsWith("`")) return <code key={order}>{part.slice(1, -1)}</code>;
    if (part.startsWith("**")) return <b key={order}>{part.slice(2, -2)}</b>;
    const link = /^\[([^\]]+)\]/.exec(part);
    return link ? link[1] : part;
  });
}

function table(lines: string[], key: number): ReactNode {
  const cells = lines.filter((line) => !/^\|[\s:|-]+\|$/.test(line)).map((line) => line.replace(/^\||\|$/g, "").split("|"));
  return (
    <div key={key} className="scroll" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {cells[0].map((cell, order) => (
              <th key={order} scope="col">
                {inline(cell.trim())}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.slice(1).map((row, at) => (
            <tr key={at}>
              {row.map((cell, order) => (
                <td key={order}>{inline(cell.trim())}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function block(text: string, key: number): ReactNode {
  const lines = text.split("\n");
  if (text.startsWith("```")) {
    return (
      <pre key={key} className="code" tabIndex={0}>
        {lines.slice(1, -1).join("\n")}
      </pre>
    );
  }
  if (text.startsWith("### ")) return <h3 key={key}>{inline(text.slice(4))}</h3>;
  if (text.startsWith("|")) return table(lines, key);
  const items = text.split(/\n(?=(?:\d+\.|-) )/);
  if (/^(\d+\.|-) /.test(text)) {
    const List = text.startsWith("-") ? "ul" : "ol";
    return (
      <List key={key}>
        {items.map((item, order) => (
          <li key={order}>{inline(item.replace(/^(\d+\.|-) /, "").replace(/\n\s*/g, " "))}</li>
        ))}
      </List>
    );
  }
  return <p key={key}>{inline(text.replaceAll("\n", " "))}</p>;
}

// Blocks are parted by blank lines, except inside fences.
function blocks(text: string): string[] {
  return (text.match(/```[\s\S]*?```|[^\n](?:(?!\n\s*\n|\n```)[\s\S])*/g) ?? []).map((part) => part.trim()).filter(Boolean);
}

export function Equations() {
  const { value: found, error } = useLoaded<Found>("/api/equations");
  if (error) return <Failure message={error} />;
  if (!found) return <p className="quiet">Opening the equations</p>;
  return (
    <article className="sheet equations stack" data-state="ready">
      {found.sections.map(({ title, text }, order) => (
        <section key={order} className="prose">
          {title && <h2>{title}</h2>}
          {blocks(text).map(block)}
        </section>
      ))}
    </article>
  );
}
