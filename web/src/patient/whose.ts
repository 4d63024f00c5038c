// Whose the line and the bands of the Patient page are, in words.
import type { Who } from "../api/types";
import { TWINS } from "./useRuns";
import type { PatientView } from "./view";

type Whose = Pick<PatientView, "who" | "disease">;

export function lineOf({ who, disease }: Whose): string {
  if ("published" in who) return `the twin in the middle of published patient ${who.published}'s twins`;
  return "facts" in who ? "the twin in the middle of the described patient's twins" : `the typical patient with ${disease.title}`;
}

export function twinsOf(who: Who): string {
  return "published" in who || "facts" in who ? `${TWINS} twins` : `${TWINS} virtual patients`;
}
