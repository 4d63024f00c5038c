// Light or dark: as the system says until the reader chooses; the choice is kept in this browser.
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEPT = "immunoreset-theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function chosen(): Theme {
  const kept = localStorage.getItem(KEPT);
  if (kept === "light" || kept === "dark") return kept;
  return dark.matches ? "dark" : "light";
}

export function showTheme(): void {
  document.documentElement.dataset.theme = chosen();
}

export function changeTheme(): void {
  localStorage.setItem(KEPT, chosen() === "dark" ? "light" : "dark");
  showTheme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const follow = () => {
    showTheme();
    listener();
  };
  listeners.add(listener);
  dark.addEventListener("change", follow);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener("change", follow);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, chosen);
}
