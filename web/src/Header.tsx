import type { MouseEvent } from "react";

import { go, redo, undo, useSteps, written } from "./view/address";
import { lastOf, leave } from "./view/lastShown";
import { changeTheme, useTheme } from "./view/theme";

export const PAGES = [
  { name: "patient", title: "Patient" },
  { name: "cohort", title: "Cohort" },
  { name: "trial", title: "Trial" },
  { name: "visits", title: "Real patient" },
  { name: "evidence", title: "Evidence and model" },
] as const;

export type PageName = (typeof PAGES)[number]["name"];

const UNDO = "M7 4 3 8l4 4M3.5 8H11a4.5 4.5 0 0 1 0 9H8";
const REDO = "M13 4l4 4-4 4M16.5 8H9a4.5 4.5 0 0 0 0 9h3";
const MOON = "M15.5 12.5A6.5 6.5 0 0 1 7.5 4.5a6.5 6.5 0 1 0 8 8Z";

function follow(event: MouseEvent<HTMLAnchorElement>, page: PageName): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const here = new URLSearchParams(location.search);
  leave(here.get("page") ?? "patient", location.search);
  go(lastOf(page));
  document.getElementById("main")?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" className="icon">
      <path d={path} />
    </svg>
  );
}

export function Header({ page, version }: { page: PageName; version: string }) {
  const { canUndo, canRedo } = useSteps();
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header className="top">
      <a href="#main" className="skip">
        To the content
      </a>
      <span className="brand">
        immunoreset <small className="numbers">{version}</small>
      </span>
      <nav aria-label="Pages">
        {PAGES.map((one) => (
          <a
            key={one.name}
            href={written(new URLSearchParams({ page: one.name }))}
            aria-current={one.name === page ? "page" : undefined}
            onClick={(event) => follow(event, one.name)}
          >
            {one.title}
          </a>
        ))}
      </nav>
      <p className="warning">Research only, not for treatment decisions.</p>
      <div className="tools">
        <button type="button" className="tool" onClick={undo} disabled={!canUndo} aria-label="Undo" title="Undo (Ctrl+Z)">
          <Icon path={UNDO} />
        </button>
        <button type="button" className="tool" onClick={redo} disabled={!canRedo} aria-label="Redo" title="Redo (Ctrl+Y)">
          <Icon path={REDO} />
        </button>
        <button type="button" className="tool" onClick={changeTheme} aria-label={`Change to ${other}`} title={`Change to ${other}`}>
          <Icon path={MOON} />
        </button>
      </div>
    </header>
  );
}
