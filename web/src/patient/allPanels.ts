// The panels of the report, the autoreactive pool with the threshold of its loop (of the typical patient), and SLEDAI-2K by domain;
// apart from them, those of organs, kidney function and blood.
import { useMemo } from "react";

import type { Meta, Panel } from "../api/types";

const POOL = "autoreactive_tissue_fraction";
export const BY_DOMAIN = "sledai_by_domain";
const BEFORE = "anti_dsdna_reading";

export function useAllPanels(meta: Meta): { usual: Panel[]; byOrgan: Panel[] } {
  const level = meta.autoreactive_threshold;
  return useMemo(() => {
    const pool: Panel = {
      output: POOL,
      title: "Autoreactive B cells",
      unit: "× active disease",
      log: true,
      floor: 1e-4,
      line: level,
      line_meaning: level === null ? "" : `threshold: ${level.toPrecision(2)}`,
      whole: false,
      by_organ: false,
      lupus: true,
    };
    const domains: Panel = { ...meta.panels[meta.panels.findIndex((panel) => panel.output === "sledai_2k")], output: BY_DOMAIN, title: "SLEDAI-2K by domain" };
    const place = meta.panels.findIndex((panel) => panel.output === BEFORE);
    const panels = [...meta.panels.slice(0, place), pool, ...meta.panels.slice(place)];
    const usual = panels.filter((panel) => !panel.by_organ).flatMap((panel) => (panel.output === "sledai_2k" ? [panel, domains] : [panel]));
    return { usual, byOrgan: [...meta.organ_panels, ...meta.panels.filter((panel) => panel.by_organ)] };
  }, [meta, level]);
}
