export function VisitsPage(_: { meta?: unknown; query?: URLSearchParams }) {
  return <h1>Visits</h1>;
}
