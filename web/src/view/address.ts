// The address of the page is the whole view: every change writes it, undo and redo walk the history of the browser.
import { useSyncExternalStore } from "react";

interface Place {
  at: number;
}

const listeners = new Set<() => void>();
let highest = 0;

function at(): number {
  return (history.state as Place | null)?.at ?? 0;
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

// Readable in the address bar: only what must be escaped is escaped.
export function written(query: URLSearchParams): string {
  const text = query.toString().replaceAll("%3B", ";").replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

export function go(query: URLSearchParams, how: "push" | "replace" = "push"): void {
  const address = `${location.pathname}${written(query)}`;
  if (address === `${location.pathname}${location.search}`) return;
  if (how === "push") {
    highest = at() + 1;
    history.pushState({ at: highest } satisfies Place, "", address);
  } else {
    history.replaceState({ at: at() } satisfies Place, "", address);
  }
  tell();
}

export function undo(): void {
  if (at() > 0) history.back();
}

export function redo(): void {
  if (at() < highest) history.forward();
}

export function useAddress(): URLSearchParams {
  const search = useSyncExternalStore(subscribe, () => location.search);
  return new URLSearchParams(search);
}

export function useSteps(): { canUndo: boolean; canRedo: boolean } {
  const steps = useSyncExternalStore(subscribe, () => `${at() > 0} ${at() < highest}`);
  const [canUndo, canRedo] = steps.split(" ").map((word) => word === "true");
  return { canUndo, canRedo };
}

// A copy of the present address with some entries replaced; null removes one.
export function changed(query: URLSearchParams, entries: Record<string, string | null>): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(entries)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next;
}
