export function CohortPage(_: { meta?: unknown; query?: URLSearchParams }) {
  return <h1>Cohort</h1>;
}
