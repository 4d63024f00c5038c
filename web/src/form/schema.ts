// The part of JSON Schema that the documents of this package use.

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  title?: string;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  prefixItems?: Schema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };
export type Table = { [name: string]: Value };

export function isTable(value: Value | undefined): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// The schema behind a reference, with the description of the place that refers to it.
export function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  while (found.$ref) {
    const target = root.$defs?.[found.$ref.split("/").pop() ?? ""];
    if (!target) return found;
    const { $ref: _, ...own } = found;
    found = { ...target, ...own };
  }
  return found;
}

export interface Choices {
  optional: boolean;
  branches: Schema[];
}

// What a value may be; null among the choices means that it may be left out.
export function choicesOf(schema: Schema, root: Schema): Choices {
  const plain = resolved(schema, root);
  const listed = plain.anyOf ?? plain.oneOf;
  if (!listed) return { optional: false, branches: [plain] };
  const branches: Schema[] = [];
  let optional = false;
  for (const one of listed.map((branch) => resolved(branch, root))) {
    if (one.type === "null") optional = true;
    else if (one.anyOf ?? one.oneOf) branches.push(...choicesOf(one, root).branches);
    else branches.push(one);
  }
  return { optional, branches };
}

// The branch that a value belongs to: by its fixed entries, such as kind = "boin", else by its type.
export function branchOf(value: Value | undefined, branches: Schema[], root: Schema): number {
  const fits = (branch: Schema): boolean => {
    if (isTable(value)) {
      if (!branch.properties) return branch.type === "object";
      const fixed = Object.entries(branch.properties).filter(([, one]) => resolved(one, root).const !== undefined);
      if (fixed.some(([name, one]) => value[name] !== resolved(one, root).const)) return false;
      return Object.keys(value).every((name) => branch.properties?.[name] !== undefined);
    }
    if (branch.const !== undefined) return branch.const === value;
    if (branch.enum) return branch.enum.includes(value);
    if (Array.isArray(value)) return branch.type === "array";
    if (typeof value === "number") return branch.type === "number" || branch.type === "integer";
    return branch.type === typeof value;
  };
  return Math.max(0, branches.findIndex(fits));
}

// The least value that a schema allows: defaults, fixed entries, and what is required.
export function blank(schema: Schema, root: Schema): Value {
  const plain = resolved(schema, root);
  if (plain.const !== undefined) return plain.const as Value;
  if (plain.default !== undefined && plain.default !== null) return plain.default as Value;
  if (plain.enum) return plain.enum[0] as Value;
  if (plain.anyOf ?? plain.oneOf) {
    const { optional, branches } = choicesOf(plain, root);
    return optional ? null : blank(branches[0], root);
  }
  if (plain.type === "object") {
    const wanted = Object.entries(plain.properties ?? {}).filter(([name, one]) => plain.required?.includes(name) || resolved(one, root).const !== undefined);
    return Object.fromEntries(wanted.map(([name, one]) => [name, blank(one, root)]));
  }
  if (plain.type === "array") return plain.prefixItems ? plain.prefixItems.map((one) => blank(one, root)) : [];
  if (plain.type === "boolean") return false;
  if (plain.type === "number" || plain.type === "integer") return plain.minimum ?? (plain.exclusiveMinimum !== undefined ? plain.exclusiveMinimum + 1 : 0);
  return "";
}

export function nameOf(branch: Schema, root: Schema): string {
  const fixed = Object.values(branch.properties ?? {}).map((one) => resolved(one, root).const).find((one) => one !== undefined);
  return String(fixed ?? branch.const ?? branch.title ?? branch.type ?? "");
}

const ACRONYMS = /\b(sledai|ctcae|icaht|das28|mmt|dlt|crs|icans|n|sd|cv)\b/g;

export function wordsOf(name: string): string {
  const spaced = name.replaceAll("_", " ").replaceAll("-", " ").replace(ACRONYMS, (word) => (word === "n" ? "number" : word.toUpperCase()));
  return spaced.slice(0, 1).toUpperCase() + spaced.slice(1);
}
