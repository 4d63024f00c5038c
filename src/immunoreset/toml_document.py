"""What reading a study and reading a trial share: the text, the TOML, and the line that says which key is wrong, and where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from immunoreset.bounds import Bounds, OutOfBounds, check_bounds
from immunoreset.errors import InvalidFile, InvalidRegimen, InvalidValue, UnknownName
from immunoreset.errors import first_lower as first_lower
from immunoreset.errors import nearest as nearest

Where = list[str | int]
"""Keys, and places in lists counted from 0, that lead to a value."""
MOST_BYTES = 2_000_000
TABLES = (".csv", ".tsv", ".xpt", ".json", ".ndjson", ".xlsx", ".xls", ".parquet", ".sas7bdat")


def read_text(path: Path, kind: str) -> str:
    """The text of a document of this kind, "study" or "trial". Raises InvalidFile."""
    if path.suffix.lower() in TABLES:
        raise InvalidFile(f"'{path}' is a table, not a {kind} document; score visits with `immunoreset score {path}`")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise InvalidFile(f"the {kind} file '{path}' is larger than {MOST_BYTES:,} bytes; is it a {kind} document?")
        return content.decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise InvalidFile(f"no {kind} file '{path}'; give the path of one, NAME.toml") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InvalidFile(f"cannot read the {kind} file '{path}': {why}") from None


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The tables of a text, within the bounds of a document; `name` stands in the error message. Raises InvalidFile."""
    try:
        document = tomllib.loads(text)
        check_bounds(document, Bounds())
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{name}: not TOML: {first_lower(str(error))}") from None
    except RecursionError:
        raise InvalidFile(f"{name}: nested too deep; write it flat") from None
    except OutOfBounds as error:
        line = line_of(text, error.place)
        raise InvalidFile(f"{name}{f', line {line}' if line else ''}: {error}") from None
    except ValueError:  # Python reads no number of so many digits
        raise InvalidFile(f"{name}: not TOML: a whole number of more than 18 digits; write a smaller one") from None
    return document


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Say in which file, and where it can be found in which line, a name or value stands that the work could not use."""
    try:
        yield
    except (UnknownName, InvalidValue, InvalidRegimen) as error:
        message = str(error)
        found = _line_of_message(read_text(path, "study"), message)
        raise type(error)(f"{path}{f', line {found}' if found else ''}: {message}") from error


def _line_of_message(text: str, message: str) -> int | None:
    """The line of the arm that a message begins with, or else of the first name or value that it quotes, as a whole word.

    >>> _line_of_message('title = "car-t"\\n[arms]\\ncar = "x"', "arm 'car': no drug 'x'")
    3
    """
    arm = re.match(r"arm '([^']{1,200})'", message)
    line = line_of(text, ["arms", arm[1]]) if arm else None
    if line is not None:
        return line
    for word in re.findall(r"'([^']{3,200})'", message):
        whole = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])")
        for number, written in enumerate(text.splitlines(), 1):
            if whole.search(written):
                return number
    return None


def keys_of(complaint: Any) -> Where:
    """The keys that lead to what a complaint is about."""
    return [str(part) for part in complaint["loc"]]


def one_line(
    error: ValidationError, text: str, name: str, *, place: Callable[[Any], Where] = keys_of, say: Callable[[Any, Where], str]
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
