// The panels of a disease, with SLEDAI-2K by domain where that is scored; apart from them, those of organs, kidney function and blood.
import { useMemo } from "react";

import type { Disease, Panel } from "../api/types";

export const BY_DOMAIN = "sledai_by_domain";
const SCORE = "sledai_2k";

export function useAllPanels(disease: Disease): { usual: Panel[]; byOrgan: Panel[] } {
  return useMemo(() => {
    const withDomains = (panel: Panel) => (panel.output === SCORE ? [panel, { ...panel, output: BY_DOMAIN, title: `${panel.title} by domain` }] : [panel]);
    return { usual: disease.panels.flatMap(withDomains), byOrgan: [...disease.organ_panels, ...disease.measured_panels] };
  }, [disease]);
}
