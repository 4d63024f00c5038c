// What the server says at an address, loaded once per address.
import { useEffect, useState } from "react";

import { get, messageOf, wasAborted } from "./client";

export interface Loaded<T> {
  value: T | null;
  error: string;
}

const kept = new Map<string, unknown>();

export function useLoaded<T>(path: string | null): Loaded<T> {
  const [found, setFound] = useState<{ path: string | null; value: T | null; error: string }>({ path: null, value: null, error: "" });
  useEffect(() => {
    if (path === null || kept.has(path)) return;
    const controller = new AbortController();
    get<T>(path, controller.signal).then(
      (value) => {
        kept.set(path, value);
        setFound({ path, value, error: "" });
      },
      (error: unknown) => {
        if (!wasAborted(error)) setFound({ path, value: null, error: messageOf(error) });
      },
    );
    return () => controller.abort();
  }, [path]);
  if (path !== null && kept.has(path)) return { value: kept.get(path) as T, error: "" };
  return found.path === path ? found : { value: null, error: "" };
}
