// Start, progress and cancel of long work.
import type { JobDesk, JobState } from "./api/jobs";

interface Given<Result> {
  desk: JobDesk<Result>;
  job: JobState<Result>;
  words: string;
  onStart: () => void;
}

export function JobBar<Result>({ desk, job, words, onStart }: Given<Result>) {
  const running = job.state === "waiting" || job.state === "running";
  const share = job.total > 0 ? job.done / job.total : 0;
  return (
    <div className="stack noprint" style={{ gap: 6 }}>
      <div className="row">
        <button type="button" className="first" disabled={running} onClick={onStart}>
          {words}
        </button>
        <button type="button" disabled={!running} onClick={() => void desk.cancel()}>
          Cancel
        </button>
        <span className="quiet small" role="status">
          {job.state === "running" && `${job.part || "starting"}${job.total > 1 ? `, ${job.done} of ${job.total}` : ""}`}
          {job.state === "waiting" && "waiting for its turn"}
          {job.state === "cancelled" && "cancelled"}
        </span>
      </div>
      <progress value={running ? share : 0} max={1} aria-label="Progress" style={{ visibility: running ? "visible" : "hidden" }} />
    </div>
  );
}
