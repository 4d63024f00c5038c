"""Puts a finished file or folder at its place in one step, and clears away what a killed process left beside it.

Work is done under a hidden name beside the place, `.NAME-xxxx.partial`, which its process holds locked as long as it lives. A
folder that is replaced changes places with the new one in one step of the file system; where there is no such step, it waits
as `.NAME-xxxx.replaced` for the moment between two renames, and the next run puts it back if that moment was the last.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from immunoreset.errors import InvalidFile, quoted

PARTIAL, REPLACED = ".partial", ".replaced"
_AT_HERE = -100  # AT_FDCWD of Linux: paths are those of this process
_LINUX_EXCHANGE, _APPLE_SWAP = 2, 2


def lock(folder: Path, *, wait: bool = False) -> int | None:
    """The open lock of a folder; None where another process holds it and we do not wait, or where there are no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(held)
        return None
    return held


def unlock(held: int | None) -> None:
    if held is not None:
        os.close(held)


def clear_beside(place: Path) -> None:
    """Put back what a killed process was about to replace, and delete the scratch folders that no living process holds."""
    with suppress(OSError):
        for left in sorted(place.parent.iterdir()):
            what = re.fullmatch(
                re.escape(f".{place.name}-") + rf"[a-z0-9_]+({re.escape(PARTIAL)}|{re.escape(REPLACED)})", left.name
            )
            if what is None or not left.is_dir() or (held := lock(left)) is None:
                continue
            if what[1] == REPLACED and not place.exists():
                os.rename(left, place)
            else:
                shutil.rmtree(left, ignore_errors=True)
            unlock(held)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places in one step; False where the system cannot do that."""
    if sys.platform not in ("linux", "darwin"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    here, there = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "linux":
            return library.renameat2(_AT_HERE, here, _AT_HERE, there, _LINUX_EXCHANGE) == 0
        return library.renamex_np(here, there, _APPLE_SWAP) == 0
    except AttributeError:
        return False


def replace_folder(scratch: Path, folder: Path) -> None:
    """Put `scratch` where `folder` is; afterwards the old one lies in `scratch`, or is gone."""
    if exchange(scratch, folder):
        return
    aside, held = scratch.with_suffix(REPLACED), lock(folder, wait=True)
    try:
        os.rename(folder, aside)
        try:
            os.rename(scratch, folder)
        except OSError:
            os.rename(aside, folder)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    finally:
        unlock(held)


def usual_mode(folder: Path) -> int:
    """The permissions that a new folder gets here: what the person's umask leaves."""
    probe = folder / ".mode"
    probe.mkdir()
    mode = stat.S_IMODE(probe.stat().st_mode)
    probe.rmdir()
    return mode


def true_place(path: Path) -> Path:
    """Where a path leads: the target of a link, so that the link stays a link.

    Raises OSError for a link to itself and for what cannot be a path, such as one that holds a NUL.
    """
    try:
        place = Path(os.path.realpath(path))
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from error
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return place


def cannot_write(place: Path, error: OSError, *, thing: str = "folder", option: str = "--out") -> InvalidFile:
    """The one line for a write that failed."""
    name, advice = str(place), f"choose another place with {option}; nothing was written"
    name = f"'{name}'" if name.isprintable() else quoted(name)
    if error.errno == errno.ENOSPC:
        return InvalidFile(f"no space left on the disk of {name}; free some, or {advice}")
    return InvalidFile(f"cannot write the {thing} {name}: {(error.strerror or str(error)).lower()}; {advice}")


@contextmanager
def folders_above(place: Path) -> Iterator[None]:
    """Make the folders that lie above a place; those that are empty at the end are gone again."""
    made = [parent for parent in place.parents if not parent.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        for parent in made:
            with suppress(OSError):  # not empty, or never made
                parent.rmdir()


@contextmanager
def scratch_file(file: Path) -> Iterator[Path]:
    """An empty file beside `file` to be written; it takes the place of the file at the end, and is gone after any failure."""
    scratch = file.with_name(f".{file.name}.{os.getpid()}{PARTIAL}")
    try:
        scratch.touch()
        yield scratch
        os.replace(scratch, file)
    finally:
        with suppress(OSError):  # what was never made cannot be removed
            scratch.unlink(missing_ok=True)


@contextmanager
def replacing(file: Path, *, thing: str = "file", option: str = "--out", folders: bool = False) -> Iterator[Path]:
    """A scratch path to write; on success it becomes `file`, on any failure the old file stays and nothing else is left.

    Where `file` is a link, its target is replaced. With `folders`, those above it are made. Raises InvalidFile, which calls the
    file `thing` and names the `option` of its place, when it cannot be written; before any work is done if that can be known.
    """
    try:
        place = true_place(file)
        if place.exists() and not place.is_file():  # a device would be lost to everybody
            raise OSError(errno.EINVAL, f"it is a {'folder' if place.is_dir() else 'device'}, not a file")
        with folders_above(place) if folders else nullcontext(), scratch_file(place) as scratch:
            yield scratch
    except OSError as error:
        raise cannot_write(file, error, thing=thing, option=option) from error


@contextmanager
def new_file(file: Path, *, force: bool = False) -> Iterator[Path]:
    """As `replacing`, with the folders above it, for a file that may be there already only if `force` is set.

    Raises InvalidFile, before any work is done, when the place is a folder, is taken and `force` is not set, or cannot be
    written.
    """
    file = Path(file)
    with replacing(file, folders=True) as scratch:
        if file.exists() and not force:
            raise InvalidFile(f"the file '{file}' exists; replace it with --force, or choose another with --out")
        yield scratch
        if file.exists() and not force:
            raise InvalidFile(f"the file '{file}' was made by somebody else meanwhile; choose another with --out")
