"""What the person who starts the server decides, and the limits that hold for everybody."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

STATIC = Path(__file__).parent / "static"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
WARNING = "Research only, not for treatment decisions."


@dataclass(frozen=True)
class Limits:
    """The most that one question may ask for."""

    json_bytes: int = 256_000
    json_depth: int = 24
    json_values: int = 20_000
    answer_seconds: float = 120.0  # for whatever is answered at once; jobs have their own
    upload_bytes: int = 20_000_000
    treatments: int = 4
    treatment_characters: int = 4_000
    twins: int = 1_024
    waiting: int = 64
    jobs_running: int = 2
    jobs_waiting: int = 8
    jobs_kept: int = 12
    job_seconds: float = 1_800.0
    job_memory: int = 6_000_000_000
    cohort_patients: int = 20_000
    unseen_seconds: float = 20.0  # a job that no page has asked about for so long is cancelled
    kept_seconds: float = 3_600.0


@dataclass(frozen=True)
class Settings:
    """Where the server listens; `token` is demanded from everybody unless the address is this machine's own."""

    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    limits: Limits = field(default_factory=Limits)
    static: Path = STATIC
    warm: bool = False
    """Whether the usual treatments are compiled before anybody asks."""
    threads: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK
