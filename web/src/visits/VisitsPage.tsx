import { useRef, useState, type DragEvent } from "react";

import { messageOf, Refused, upload } from "../api/client";
import { useLoaded } from "../api/useLoaded";
import { save } from "../Downloads";
import { Failure } from "../Failure";
import { SchemaForm, type Fault } from "../form/SchemaForm";
import type { Table } from "../form/schema";
import { changed, go } from "../view/address";
import { Faults } from "./Faults";
import { ScoredVisits } from "./ScoredVisits";
import type { ProtocolForm, Scored } from "./types";

const ENDINGS = ".csv,.tsv,.json,.ndjson,.xpt,.parquet";

function different(protocol: Table, usual: Table): Table {
  return Object.fromEntries(Object.entries(protocol).filter(([name, value]) => value !== usual[name]));
}

function readProtocol(text: string | null): Table {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null ? (found as Table) : {};
  } catch {
    return {};
  }
}

export function VisitsPage({ query }: { query: URLSearchParams }) {
  const { value: form, error } = useLoaded<ProtocolForm>("/api/visits/protocol");
  const [files, setFiles] = useState<File[]>([]);
  const [scored, setScored] = useState<Scored | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [state, setState] = useState<"ready" | "scoring">("ready");
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const under = useRef<AbortController | null>(null);
  const own = readProtocol(query.get("protocol"));
  const score = async (chosen: File[], partial: boolean) => {
    under.current?.abort();
    const controller = new AbortController();
    under.current = controller;
    setFiles(chosen);
    setState("scoring");
    setFault(null);
    const body = new FormData();
    for (const file of chosen) body.append("file", file);
    body.append("protocol", JSON.stringify(own));
    body.append("partial", String(partial));
    try {
      setScored(await upload<Scored>("/api/visits/score", body, controller.signal));
    } catch (found) {
      if (controller.signal.aborted) return;
      const rows = found instanceof Refused ? (found.body as Scored | null) : null;
      setScored(rows?.faults ? rows : null);
      if (!rows?.faults) setFault({ message: messageOf(found), where: found instanceof Refused ? found.where.replace(/^protocol\./, "") : "" });
    }
    setState("ready");
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length) void score([...event.dataTransfer.files], false);
  };
  return (
    <div className="columns" data-state={state}>
      <div className="side">
        <section className="sheet stack" aria-labelledby="file">
          <h1 id="file">Real patient</h1>
          <div
            className={over ? "drop over" : "drop"}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={dropped}
          >
            <p>Drop a table of visits here: CSV, Dataset-JSON or XPT.</p>
            <button type="button" className="first" onClick={() => chooser.current?.click()}>
              Choose files
            </button>
            <input ref={chooser} type="file" multiple accept={ENDINGS} className="hidden" tabIndex={-1} aria-label="Files of visits" onChange={(event) => event.target.files?.length && void score([...event.target.files], false)} />
            <p className="quiet small">Scored on the machine that runs immunoreset; nothing is kept there.</p>
          </div>
          <div className="row">
            <button type="button" disabled={!form} onClick={() => form && save(new Blob([form.template], { type: "text/csv" }), "visits.csv")}>
              Save a template
            </button>
            <button type="button" disabled={!form} onClick={() => form && void score([new File([form.template], "template.csv", { type: "text/csv" })], false)}>
              Score the template
            </button>
          </div>
          {error && <Failure message={error} />}
        </section>
        {form && (
          <section className="sheet stack" aria-labelledby="protocol">
            <h2 id="protocol">Protocol</h2>
            <SchemaForm
              schema={form.schema}
              value={{ ...form.usual, ...own }}
              fault={fault}
              onChange={(next) => {
                const changes = different(next, form.usual);
                go(changed(query, { protocol: Object.keys(changes).length ? JSON.stringify(changes) : null }));
              }}
            />
            <button type="button" disabled={!files.length || state === "scoring"} onClick={() => void score(files, false)}>
              Score again
            </button>
          </section>
        )}
      </div>
      <div className="stack" aria-live="polite" aria-busy={state === "scoring"}>
        {fault && <Failure message={fault.message} />}
        {scored?.ok === false && <Failure message={(scored.error ?? "").replace(", or score the rest with --partial; nothing was written", "")} />}
        {scored && scored.faults.length > 0 && <Faults scored={scored} onPartial={scored.ok ? null : () => void score(files, true)} />}
        {scored?.ok && <ScoredVisits scored={scored} />}
        {!scored && !fault && <Empty scoring={state === "scoring"} />}
      </div>
    </div>
  );
}

function Empty({ scoring }: { scoring: boolean }) {
  return (
    <section className="sheet">
      <p className="quiet">
        {scoring
          ? "Reading and scoring"
          : "Here appear SLEDAI-2K, DORIS, LLDAS, BILAG, SRI, grades of CRS, ICANS and cytopenia by visit, a timeline of each patient, and every row that could not be read with its reason."}
      </p>
    </section>
  );
}
