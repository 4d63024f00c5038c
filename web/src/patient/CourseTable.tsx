// The same course as numbers: the alternative to the drawings.
import { number } from "../charts/numbers";
import { BY_DOMAIN, useAllPanels } from "./allPanels";
import { capitalised } from "../charts/words";
import { lineOf } from "./whose";
import type { Course, Treatment } from "../api/types";
import type { PatientView } from "./view";

const DAYS = [-7, 0, 3, 7, 10, 14, 21, 28, 60, 90, 120, 180, 270, 360, 540, 730];

interface Given {
  treatments: Treatment[];
  courses: (Course | null)[];
  view: PatientView;
}

function nearest(days: number[], day: number): number {
  let best = 0;
  days.forEach((one, at) => {
    if (Math.abs(one - day) < Math.abs(days[best] - day)) best = at;
  });
  return best;
}

export function CourseTable({ treatments, courses, view }: Given) {
  const { usual, byOrgan } = useAllPanels(view.disease);
  const { chosen } = view;
  const course = courses[chosen];
  if (!course) return null;
  const places = [...new Set(DAYS.map((day) => nearest(course.days, day)))];
  return (
    <details className="sheet">
      <summary>Values and events of {treatments[chosen].name} as a table</summary>
      <div className="scroll" tabIndex={0} role="region" aria-label="Values by day">
        <table>
          <caption>{capitalised(lineOf(view))}, by day</caption>
          <thead>
            <tr>
              <th scope="col">Quantity</th>
              {places.map((at) => (
                <th key={at} scope="col" className="number">
                  {number(course.days[at])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...usual.filter((panel) => panel.output !== BY_DOMAIN), ...byOrgan].map((panel) => (
              <tr key={panel.output}>
                <th scope="row">
                  {panel.title}, {panel.unit}
                </th>
                {places.map((at) => (
                  <td key={at} className="number">
                    {number(course.curves[panel.output]?.[at])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3>Doses and events</h3>
      <p className="small">{course.events.map((event) => `day ${number(event.day)}: ${event.what}`).join("; ") || "none"}</p>
    </details>
  );
}
