// One entry of a form: a choice, a tick, a number, a text or a list of numbers.
import { useState } from "react";

import { resolved, type Schema, type Value } from "./schema";

interface Given {
  schema: Schema;
  root: Schema;
  value: Value | undefined;
  optional: boolean;
  id: string;
  wrong: boolean;
  words?: string;
  onChange: (value: Value | undefined) => void;
}

export function isLeaf(schema: Schema, root: Schema): boolean {
  if (schema.enum || schema.const !== undefined) return true;
  if (schema.type === "array") return isNumber(resolved(schema.items ?? schema.prefixItems?.[0] ?? {}, root));
  return ["string", "number", "integer", "boolean"].includes(schema.type ?? "");
}

function isNumber(schema: Schema): boolean {
  return schema.type === "number" || schema.type === "integer";
}

export function Leaf({ schema, root, value, optional, id, wrong, words, onChange }: Given) {
  const unset = value === undefined || value === null;
  if (schema.enum) {
    return (
      <select id={id} aria-label={words} value={unset ? "" : String(value)} aria-invalid={wrong} onChange={(event) => onChange((schema.enum?.find((one) => String(one) === event.target.value) as Value) ?? undefined)}>
        {(optional || unset) && <option value="">not set</option>}
        {schema.enum.map((one) => (
          <option key={String(one)} value={String(one)}>
            {String(one) || "not recorded"}
          </option>
        ))}
      </select>
    );
  }
  if (schema.type === "boolean") {
    return <input id={id} aria-label={words} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
  }
  if (schema.const !== undefined) {
    return (
      <select id={id} aria-label={words} value={unset ? "" : String(value)} onChange={(event) => onChange(event.target.value === "" ? undefined : (schema.const as Value))}>
        {(optional || unset) && <option value="">not set</option>}
        <option>{String(schema.const)}</option>
      </select>
    );
  }
  return <Typed schema={schema} root={root} value={value} optional={optional} id={id} wrong={wrong} words={words} onChange={onChange} />;
}

function textOf(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

// What is typed is taken over when the field is left; nonsense stays where it is and is marked.
function Typed({ schema, root, value, id, wrong, words, onChange }: Given) {
  const [typed, setTyped] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  const list = schema.type === "array";
  const numeric = isNumber(list ? resolved(schema.items ?? schema.prefixItems?.[0] ?? {}, root) : schema);
  const take = () => {
    if (typed === null) return;
    const parts = list ? typed.split(/[\s,;]+/).filter(Boolean) : [typed.trim()];
    const numbers = parts.map(Number);
    const bad = numeric && typed.trim() !== "" && numbers.some((one) => !Number.isFinite(one));
    setBroken(bad);
    if (bad) return;
    setTyped(null);
    if (typed.trim() === "" && (numeric || value === undefined || value === null)) onChange(undefined);
    else if (list) onChange(numeric ? numbers : parts);
    else onChange(numeric ? numbers[0] : typed);
  };
  const long = !numeric && textOf(value).length > 22;
  const given = {
    id,
    "aria-label": words,
    value: typed ?? textOf(value),
    placeholder: schema.default === null || schema.default === undefined ? "" : textOf(schema.default as Value),
    "aria-invalid": wrong || broken,
    onChange: (event: { target: { value: string } }) => setTyped(event.target.value),
    onBlur: take,
  };
  if (long) return <textarea {...given} rows={2} />;
  return <input {...given} type="text" inputMode={numeric && !list ? "decimal" : undefined} onKeyDown={(event) => event.key === "Enter" && take()} />;
}
