"""Takes jobs, runs a few at a time in processes of their own, watches over their time, and forgets what nobody asks about."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from immunoreset.app.faults import Refused
from immunoreset.app.settings import Settings
from immunoreset.store import scratch_folder

State = Literal["waiting", "running", "done", "failed", "cancelled"]
CRASHED = "the job ended before its time, perhaps for want of memory; the server goes on, ask for less"
LOOK_EVERY = 1.0
LONGEST_LINE = 2**20  # bytes of what a job says at once


@dataclass
class Job:
    """One job: what it is, how far it is, and when a page last asked about it."""

    number: str
    kind: str
    folder: Path
    state: State = "waiting"
    part: str = ""
    done: int = 0
    total: int = 0
    error: str = ""
    seen: float = field(default_factory=time.monotonic)
    task: asyncio.Task[None] | None = None

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    def as_dict(self) -> dict[str, Any]:
        """What the page is told."""
        told = {"job": self.number, "kind": self.kind, "state": self.state, "part": self.part}
        return {**told, "done": self.done, "total": self.total, "error": self.error or None}


class JobOffice:
    """All jobs of one server; open as long as the server is."""

    def __init__(self, settings: Settings) -> None:
        self._limits = settings.limits
        self._threads = settings.threads
        self._jobs: dict[str, Job] = {}
        self._running = asyncio.Semaphore(settings.limits.jobs_running)
        self._held = ExitStack()
        self._folder = self._held.enter_context(scratch_folder(Path(tempfile.gettempdir()) / "immunoreset-app"))
        self._sweeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> JobOffice:
        self._sweeper = asyncio.create_task(self._sweep())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        tasks = [job.task for job in self._jobs.values() if job.task] + ([self._sweeper] if self._sweeper else [])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._held.close()

    def take(self, kind: str, document: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> Job:
        """Queue a job. Raises Refused when too many wait already."""
        if sum(not job.over for job in self._jobs.values()) >= self._limits.jobs_running + self._limits.jobs_waiting:
            raise Refused("too many jobs are waiting; wait for one to end or cancel one", status=429)
        number = secrets.token_hex(12)
        job = Job(number, kind, self._folder / number)
        job.folder.mkdir(mode=0o700)
        content = {"kind": kind, "document": document, "memory": self._limits.job_memory, "threads": self._threads}
        (job.folder / "job.json").write_text(json.dumps(content), encoding="utf-8")
        if files:
            (job.folder / "uploads").mkdir()
        for name, data in (files or {}).items():
            (job.folder / "uploads" / name).write_bytes(data)
        self._jobs[number] = job
        job.task = asyncio.create_task(self._run(job))
        self._make_room()
        return job

    def find(self, number: str) -> Job:
        """The job of that number, which somebody has asked about now. Raises Refused."""
        job = self._jobs.get(number)
        if job is None:
            raise Refused(f"no job '{number[:40]}'; it may have been cancelled or forgotten", status=404, where="job")
        job.seen = time.monotonic()
        return job

    def drop(self, job: Job) -> None:
        """Cancel a job and delete what it wrote."""
        if job.task is not None:
            job.task.cancel()
        if not job.over:
            job.state = "cancelled"
        self._jobs.pop(job.number, None)
        if job.task is None or job.task.done():
            shutil.rmtree(job.folder, ignore_errors=True)

    async def finish(self, job: Job) -> None:
        """Wait until a job is over; it counts as asked about meanwhile, and is dropped when the waiting is given up."""
        try:
            while not job.over:
                job.seen = time.monotonic()
                if job.task is not None:
                    await asyncio.wait({job.task}, timeout=LOOK_EVERY)
        except asyncio.CancelledError:
            self.drop(job)
            raise

    async def _run(self, job: Job) -> None:
        try:
            async with self._running:
                job.state = "running"
                async with asyncio.timeout(self._limits.job_seconds):
                    await self._watch(job)
        except TimeoutError:
            job.state, job.error = "failed", f"the job took longer than {self._limits.job_seconds / 60:.0f} minutes; ask for less"
        except asyncio.CancelledError:
            job.state = "cancelled"
            shutil.rmtree(job.folder, ignore_errors=True)
            raise
        finally:
            if not job.over:  # however the task ended, nobody shall wait for it
                job.state, job.error = "failed", CRASHED

    async def _watch(self, job: Job) -> None:
        """Start the process, follow what it says, and end it whatever happens."""
        with (job.folder / "complaints.txt").open("wb") as complaints:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "immunoreset.app.job_process",
                str(job.folder),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
                cwd=job.folder,
                limit=LONGEST_LINE,
            )
        try:
            output = process.stdout
            while output is not None and (line := await output.readline()):
                self._hear(job, line)
            await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    def _hear(self, job: Job, line: bytes) -> None:
        """What a job says; a line that is something else, such as a warning of a library, is no word of it."""
        try:
            said = json.loads(line)
        except ValueError:
            return
        match said:
            case {"error": str(error)}:
                job.state, job.error = "failed", error
            case {"done": True}:
                job.state = "done"
            case {"part": str(part), "done": int(done), "total": int(total)}:
                job.part, job.done, job.total = part, done, total

    async def _sweep(self) -> None:
        """Cancel jobs whose page has gone, and forget results that nobody fetched for long."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = time.monotonic()
            for job in list(self._jobs.values()):
                if now - job.seen > (self._limits.kept_seconds if job.over else self._limits.unseen_seconds):
                    self.drop(job)

    def _make_room(self) -> None:
        """Forget the oldest finished jobs beyond the number that is kept."""
        over = [job for job in self._jobs.values() if job.over]
        for job in over[: max(0, len(over) - self._limits.jobs_kept)]:
            self.drop(job)
