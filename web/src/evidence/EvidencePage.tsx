export function EvidencePage(_: { meta?: unknown; query?: URLSearchParams }) {
  return <h1>Evidence</h1>;
}
