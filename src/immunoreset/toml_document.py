"""What reading a study and reading a trial share: the text, the TOML, and the line that says which key is wrong, and where."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from immunoreset.errors import InvalidFile

Where = list[str | int]
"""Keys, and places in lists counted from 0, that lead to a value."""


def read_text(path: Path, kind: str) -> str:
    """The text of a document of this kind, "study" or "trial". Raises InvalidFile."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise InvalidFile(f"no {kind} file '{path}'; give the path of one, NAME.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InvalidFile(f"cannot read the {kind} file '{path}': {why}") from None


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The tables of a text; `name` stands in the error message. Raises InvalidFile."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{name}: not TOML: {first_lower(str(error))}") from None


def first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def nearest(name: str, known: Iterable[str]) -> str:
    """What to write in place of a name that does not exist.

    >>> nearest("seeed", ["seed", "title"]), nearest("x", ["seed", "title"])
    ("did you mean 'seed'?", 'known: seed, title')
    """
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean '{near[0]}'?" if near else f"known: {', '.join(names)}"


def one_line(
    error: ValidationError, text: str, name: str, *, place: Callable[[Any], Where], say: Callable[[Any, Where], str]
) -> str:
    """The first complaint in one line, with the line of the text at its `place`, and how many more there are."""
    complaints = error.errors(include_url=False)
    location = place(complaints[0])
    line = line_of(text, location)
    where = f"{name}, line {line}" if line else name
    more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
    return f"{where}: {say(complaints[0], location)}{more}"


def line_of(text: str, location: Sequence[str | int]) -> int | None:
    """The line where the deepest key of the location that can be found stands; a key is searched after its table.

    >>> line_of("seed = 1\\n[[arm]]\\nn = 2\\n[[arm]]\\nn = 3", ["arm", 1, "n"])
    5
    """
    lines = text.splitlines()
    line, found = 0, None
    for position, part in enumerate(location):
        if isinstance(part, int):
            continue
        name = rf'"?{re.escape(part)}"?'
        place = location[position + 1] if position + 1 < len(location) else None
        several = re.compile(rf"^\s*\[\[\s*([\w.\"-]+\.)?{name}\s*\]\]")
        one = re.compile(rf"^\s*(\[+\s*([\w.\"+-]+\.)?{name}\s*(\.|\])|({name}\s*[.=]))|[{{,]\s*{name}\s*=")
        headers = [number for number in range(line, len(lines)) if several.search(lines[number])]
        if isinstance(place, int) and place < len(headers):
            match = headers[place]
        else:
            match = next((number for number in range(line, len(lines)) if one.search(lines[number])), None)
        if match is not None:
            line, found = match, match + 1
    return found
