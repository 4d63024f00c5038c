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
    near = _near(cut(name, MOST_QUOTED), names)
    advice = f"; did you mean '{near}'?" if near else ""
    if not near and not where_listed:
        advice = f"; known: {', '.join(names)}"
    if where_listed:
        advice += f" {where_listed}" if near else f"; {where_listed}"
    return UnknownName(f"no {kind} '{cut(name, MOST_QUOTED)}'{advice}")


def _near(name: str, names: list[str]) -> str:
    """The name that is written most alike, in whatever case; empty where none is."""
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return near[0]
    lowered = {candidate.lower(): candidate for candidate in names}
    return next((lowered[match] for match in difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.5)), "")


MOST_QUOTED = 80


def quoted(value: object, most: int = MOST_QUOTED) -> str:
    """What somebody wrote, in quotes if it is text, cut to a length that fits a line, without signs that steer a terminal.

    >>> quoted("a" * 100, most=12), quoted(3.5), quoted(2**9999)
    ("'aaaaaaaa ...'", '3.5', 'a whole number of about 3011 digits')
    """
    if isinstance(value, str):
        text = cut(value, most)
        return f"'{text}'" if text.isprintable() and "'" not in text else repr(text)
    if isinstance(value, int) and value.bit_length() > 4 * most:
        return f"a whole number of about {int(value.bit_length() * 0.30103) + 1} digits"
    return cut(printable(repr(value)), most)


def cut(text: str, most: int) -> str:
    """The text, or its beginning.

    >>> cut("a long story", 8)
    'a lo ...'
    """
    return text if len(text) <= most else f"{text[: most - 4]} ..."


def printable(text: str) -> str:
    r"""The text without signs that steer a terminal: they are written as escapes.

    >>> print(printable("a\x1b[31mb"))
    a\x1b[31mb
    """
    return "".join(sign if sign.isprintable() or sign in "\t\n" else repr(sign)[1:-1] for sign in text)


def first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def nearest(name: str, known: Iterable[str]) -> str:
    """What to write in place of a name that does not exist.

    >>> nearest("seeed", ["seed", "title"]), nearest("x", ["seed", "title"])
    ("did you mean 'seed'?", 'known: seed, title')
    """
    names = list(known)
    near = _near(cut(name, MOST_QUOTED), names)
    return f"did you mean '{near}'?" if near else f"known: {', '.join(names)}"
