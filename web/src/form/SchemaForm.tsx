// A form made from a JSON Schema: what the document may hold is what the form offers.
import { useId } from "react";

import { isLeaf, Leaf } from "./Leaf";
import { blank, branchOf, choicesOf, isTable, nameOf, resolved, wordsOf, type Schema, type Table, type Value } from "./schema";

export interface Fault {
  where: string;
  message: string;
}

interface Place {
  schema: Schema;
  root: Schema;
  value: Value | undefined;
  path: string;
  fault: Fault | null;
  onChange: (value: Value | undefined) => void;
}

export function SchemaForm({ schema, value, fault, onChange }: { schema: Schema; value: Table; fault: Fault | null; onChange: (value: Table) => void }) {
  const { branches } = choicesOf(schema, schema);
  const branch = branches[branchOf(value, branches, schema)];
  return <Entries schema={branch} root={schema} value={value} path="" fault={fault} onChange={(next) => onChange((next ?? {}) as Table)} />;
}

function under(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}

function without(table: Table, name: string): Table {
  const { [name]: _, ...rest } = table;
  return rest;
}

function Entries({ schema, root, value, path, fault, onChange }: Place) {
  const table = isTable(value) ? value : {};
  const put = (name: string, entry: Value | undefined) => onChange(entry === undefined ? without(table, name) : { ...table, [name]: entry });
  const entries = Object.entries(schema.properties ?? {}).filter(([, one]) => resolved(one, root).const === undefined);
  const leaf = ([, one]: [string, Schema]) => {
    const { branches } = choicesOf(one, root);
    return branches.length === 1 && isLeaf(branches[0], root);
  };
  const place = ([name, one]: [string, Schema]) => (
    <Entry key={name} name={name} schema={one} root={root} value={table[name]} path={under(path, name)} fault={fault} required={schema.required?.includes(name) ?? false} onChange={(entry) => put(name, entry)} />
  );
  const leaves = entries.filter(leaf);
  return (
    <fieldset>
      {leaves.length > 0 && <div className="pair">{leaves.map(place)}</div>}
      {entries.filter((entry) => !leaf(entry)).map(place)}
    </fieldset>
  );
}

function Entry({ name, required, ...place }: Place & { name: string; required: boolean }) {
  const { schema, root, value, path, fault, onChange } = place;
  const id = useId();
  const { optional, branches } = choicesOf(schema, root);
  const single = branches.length === 1 && isLeaf(branches[0], root) ? branches[0] : null;
  const wrong = fault?.where === path;
  const about = resolved(schema, root).description ?? "";
  const complaint = wrong && <span className="fault">{fault.message}</span>;
  if (single) {
    return (
      <div className="field" title={about}>
        <label className="name" htmlFor={id}>
          {wordsOf(name)}
        </label>
        <Leaf schema={{ ...single, default: resolved(schema, root).default ?? single.default }} root={root} value={value} optional={optional || !required} id={id} wrong={wrong} onChange={onChange} />
        {complaint}
      </div>
    );
  }
  if (!required && (value === undefined || value === null)) {
    return (
      <div className="row" title={about}>
        <span className="quiet">{wordsOf(name)}</span>
        <button type="button" className="plain" aria-label={`Add ${wordsOf(name)}`} onClick={() => onChange(start(schema, root))}>
          Add
        </button>
        {complaint}
      </div>
    );
  }
  return (
    <fieldset title={about}>
      <legend>
        {wordsOf(name)}
        {!required && (
          <button type="button" className="plain" aria-label={`Leave out ${wordsOf(name)}`} onClick={() => onChange(undefined)}>
            Leave out
          </button>
        )}
      </legend>
      {complaint}
      <Branches {...place} branches={branches} />
    </fieldset>
  );
}

function start(schema: Schema, root: Schema): Value {
  const { branches } = choicesOf(schema, root);
  return blank(branches[0], root);
}

function Branches({ branches, ...place }: Place & { branches: Schema[] }) {
  const { root, value, onChange } = place;
  const id = useId();
  const chosen = branchOf(value, branches, root);
  const branch = branches[chosen];
  return (
    <>
      {branches.length > 1 && (
        <div className="field">
          <label className="name" htmlFor={id}>
            Kind
          </label>
          <select id={id} value={chosen} onChange={(event) => onChange(blank(branches[Number(event.target.value)], root))}>
            {branches.map((one, order) => (
              <option key={order} value={order}>
                {nameOf(one, root)}
              </option>
            ))}
          </select>
        </div>
      )}
      <Branch {...place} schema={branch} id={id} />
    </>
  );
}

function Branch(place: Place & { id: string }) {
  const { schema, root, value, path, fault, onChange } = place;
  if (schema.properties) return <Entries {...place} />;
  if (schema.type === "object") return <Named {...place} />;
  if (schema.type === "array" && !isLeaf(schema, root)) return <Listed {...place} />;
  return <Leaf schema={schema} root={root} value={value} optional={false} id={`${place.id}-value`} wrong={fault?.where === path} words={wordsOf(path.split(".").pop() ?? "")} onChange={onChange} />;
}

// A table whose names the reader chooses, such as arms and doses.
function Named({ schema, root, value, path, fault, onChange }: Place) {
  const table = isTable(value) ? value : {};
  const inner = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  const names = Object.keys(table);
  const rename = (old: string, name: string) => {
    const clean = name.trim();
    if (!clean || clean === old || clean in table) return;
    onChange(Object.fromEntries(Object.entries(table).map(([key, entry]) => [key === old ? clean : key, entry])));
  };
  const free = () => {
    for (let number = names.length + 1; ; number += 1) if (!(`new ${number}` in table)) return `new ${number}`;
  };
  return (
    <>
      {names.map((name) => {
        const { branches } = choicesOf(inner, root);
        return (
          <fieldset key={name}>
            <div className="row">
              <input key={name} type="text" aria-label="Name" defaultValue={name} style={{ flex: "1 1 120px", width: "auto" }} onBlur={(event) => rename(name, event.target.value)} />
              <button type="button" className="plain" aria-label={`Remove ${name}`} onClick={() => onChange(without(table, name))}>
                Remove
              </button>
            </div>
            <Branches schema={inner} branches={branches} root={root} value={table[name]} path={under(path, name)} fault={fault} onChange={(entry) => onChange({ ...table, [name]: entry ?? null })} />
          </fieldset>
        );
      })}
      <div className="row">
        <button type="button" onClick={() => onChange({ ...table, [free()]: start(inner, root) })}>
          Add
        </button>
      </div>
    </>
  );
}

function Listed({ schema, root, value, path, fault, onChange }: Place) {
  const list = Array.isArray(value) ? value : [];
  const inner = schema.items ?? {};
  const { branches } = choicesOf(inner, root);
  return (
    <>
      {list.map((entry, order) => (
        <fieldset key={order}>
          <div className="row">
            <b>{order + 1}</b>
            <button type="button" className="plain" aria-label={`Remove ${order + 1}`} onClick={() => onChange(list.filter((_, at) => at !== order))}>
              Remove
            </button>
          </div>
          <Branches schema={inner} branches={branches} root={root} value={entry} path={under(path, String(order))} fault={fault} onChange={(next) => onChange(list.map((one, at) => (at === order ? (next ?? null) : one)))} />
        </fieldset>
      ))}
      <div className="row">
        <button type="button" onClick={() => onChange([...list, start(inner, root)])}>
          Add
        </button>
      </div>
    </>
  );
}
