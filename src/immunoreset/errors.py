"""What went wrong, in one line that a user can act on.

Every message says what was asked, where, and what to do. The command line prints it and exits with status 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ImmunoresetError(Exception):
    """Something that the user can put right."""


class UnknownName(ImmunoresetError):
    """A parameter, drug, output or option that does not exist."""


class InvalidValue(ImmunoresetError):
    """A value that is impossible: of the wrong type, unit or range."""


class InvalidRegimen(ImmunoresetError):
    """A treatment that cannot be read or cannot be given."""


class InvalidFile(ImmunoresetError):
    """A file that cannot be read, or a folder that cannot be written."""


class Cancelled(ImmunoresetError):
    """The user stopped the run; nothing was written."""


def unknown(kind: str, name: str, known: Iterable[str], where_listed: str = "") -> UnknownName:
    """The error for a name that does not exist, with the nearest one that does.

    >>> str(unknown("parameter", "kexpp", ["kexp", "KH"]))
    "no parameter 'kexpp'; did you mean 'kexp'?"
    """
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if not near:
        lowered = {candidate.lower(): candidate for candidate in names}
        near = [lowered[match] for match in difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.5)]
    advice = f"; did you mean '{near[0]}'?" if near else ""
    if not near and not where_listed:
        advice = f"; known: {', '.join(names)}"
    if where_listed:
        advice += f" {where_listed}" if near else f"; {where_listed}"
    return UnknownName(f"no {kind} '{name}'{advice}")
