// Phases and events of one course, in words for the drawings.
import type { Course } from "../api/types";
import type { Marks, Phase } from "./marks";
import { drugOf, itemsOf } from "./regimenText";

const CONDITIONING = ["fludarabine", "cyclophosphamide"];

export function marksOf(course: Course | null, text: string, last: number): Marks {
  if (!course) return { phases: [], events: [], crs: [], days: [] };
  const rescue = new Set(itemsOf(text).filter((item) => / if /i.test(item)).map(drugOf));
  const drug = (what: string) => what.split(" ")[0].toLowerCase();
  const events = course.events.map(({ day, what }) => ({ day, what, care: rescue.has(drug(what)) }));
  const infusion = events.find((event) => event.what.endsWith("infusion"))?.day;
  const conditioning = events.find((event) => CONDITIONING.includes(drug(event.what)))?.day;
  const { car_t_peak_day: peak, b_cells_undetectable_day: gone, b_cell_return_day: back } = course.outcomes;
  const phases: Phase[] = [];
  if (conditioning !== undefined) phases.push({ name: "conditioning", from: conditioning, to: infusion ?? conditioning + 5, tint: 0, strength: 0.3 });
  if (infusion !== undefined && peak) phases.push({ name: "CAR-T expansion", from: infusion, to: peak, tint: 1, strength: 0.24 });
  if (gone !== null && gone !== undefined) phases.push({ name: "no B cells in blood", from: gone, to: back ?? last, tint: 2, strength: 0.2 });
  return { phases, events, crs: course.curves.crs_grade ?? [], days: course.days };
}
