import { lazy, Suspense, useEffect } from "react";

import { useLoaded } from "./api/useLoaded";
import type { Meta } from "./api/types";
import { Failure } from "./Failure";
import { Header, PAGES } from "./Header";
import { PatientPage } from "./patient/PatientPage";
import { redo, undo, useAddress } from "./view/address";

const CohortPage = lazy(() => import("./cohort/CohortPage").then((module) => ({ default: module.CohortPage })));
const TrialPage = lazy(() => import("./trial/TrialPage").then((module) => ({ default: module.TrialPage })));
const VisitsPage = lazy(() => import("./visits/VisitsPage").then((module) => ({ default: module.VisitsPage })));
const EvidencePage = lazy(() => import("./evidence/EvidencePage").then((module) => ({ default: module.EvidencePage })));

function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && ["text", "search", "number"].includes(target.type);
}

// Ctrl+Z and Ctrl+Y as everywhere, but not while text is being edited.
function useKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) undo();
      else if (key === "y" || (key === "z" && event.shiftKey)) redo();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

export function App() {
  const query = useAddress();
  const meta = useLoaded<Meta>("/api/meta");
  const page = PAGES.find((one) => one.name === query.get("page")) ?? PAGES[0];
  useKeys();
  useEffect(() => {
    document.title = `${page.title} – immunoreset`;
  }, [page.title]);
  return (
    <>
      <Header page={page.name} version={meta.value?.version ?? ""} />
      <main id="main" tabIndex={-1}>
        {meta.error && <Failure message={meta.error} />}
        {meta.value && (
          <Suspense fallback={<p className="quiet">Opening the page</p>}>
            {page.name === "patient" && <PatientPage meta={meta.value} query={query} />}
            {page.name === "cohort" && <CohortPage meta={meta.value} query={query} />}
            {page.name === "trial" && <TrialPage meta={meta.value} query={query} />}
            {page.name === "visits" && <VisitsPage query={query} />}
            {page.name === "evidence" && <EvidencePage query={query} />}
          </Suspense>
        )}
      </main>
    </>
  );
}
