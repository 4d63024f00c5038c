export function TrialPage(_: { meta?: unknown; query?: URLSearchParams }) {
  return <h1>Trial</h1>;
}
