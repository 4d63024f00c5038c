"""The output of a command: in any encoding, closed or full, and signals that ask the command to stop."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import warnings
from types import FrameType
from typing import TextIO


class Closed(io.TextIOBase):
    """An output that was closed before the command began: whoever writes to it learns so."""

    def write(self, text: str, /) -> int:
        raise OSError(errno.EBADF, "the output is closed")

    def writable(self) -> bool:
        return True


def prepare_streams() -> None:
    """Make outputs usable: signs that the encoding lacks are written as escapes, warnings are one line."""
    if sys.stdout is None or sys.stderr is None:  # closed; else files that are opened later would take their numbers
        for number in (0, 1, 2):
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)
    sys.stdout = Closed() if sys.stdout is None else sys.stdout
    sys.stderr = open(os.devnull, "w") if sys.stderr is None else sys.stderr  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    warnings.showwarning = _warn


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    print(f"immunoreset: {' '.join(str(message).split())}", file=file or sys.stderr)


def stop_on_signals() -> None:
    """Let a request to end, and the closing of the terminal, do what Ctrl-C does; nohup stays as it is."""
    for name in ("SIGTERM", "SIGHUP"):
        wanted = getattr(signal, name, None)
        if wanted is not None and signal.getsignal(wanted) is signal.SIG_DFL:
            signal.signal(wanted, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
