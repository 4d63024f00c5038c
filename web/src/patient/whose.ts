// Whose the line and the bands of the Patient page are, in words.
import type { Who } from "../api/types";
import { TWINS } from "./useRuns";

export function lineOf(who: Who): string {
  if ("published" in who) return `the twin in the middle of published patient ${who.published}'s twins`;
  return "facts" in who ? "the twin in the middle of the described patient's twins" : "the typical patient";
}

export function twinsOf(who: Who): string {
  return "published" in who || "facts" in who ? `${TWINS} twins` : `${TWINS} virtual patients`;
}
