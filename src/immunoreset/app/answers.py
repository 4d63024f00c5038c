"""Numbers as JSON: six significant digits, null for what is not a number."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from fastapi import Response

SIGNIFICANT = 6


def numbers(values: np.ndarray) -> list[Any]:
    """An array as nested lists of numbers with six significant digits; None where a value is not finite.

    >>> numbers(np.array([1.23456789e-5, 1234567.0, np.nan]))
    [1.23457e-05, 1234570.0, None]
    """
    exact = np.asarray(values, dtype=float)
    with np.errstate(all="ignore"):
        places = SIGNIFICANT - 1 - np.floor(np.log10(np.abs(exact)))
        places = np.where(np.isfinite(places), np.clip(places, -290, 290), 0)
        up, down = np.power(10.0, np.maximum(places, 0)), np.power(10.0, np.maximum(-places, 0))
        rounded = np.rint(exact * up / down) * down / up
    rounded = np.where(np.isfinite(rounded), rounded, exact)
    listed = rounded.astype(object)
    listed[~np.isfinite(rounded)] = None
    return listed.tolist()


def number(value: float) -> float | None:
    """One number with six significant digits; None when it is not finite."""
    return float(f"{value:.{SIGNIFICANT}g}") if math.isfinite(value) else None


def answer(content: Mapping[str, Any], *, status: int = 200) -> Response:
    """A JSON answer that no browser keeps."""
    return Response(
        _text(content).encode("utf-8", "replace"),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _text(content: Mapping[str, Any]) -> str:
    """The JSON of an answer; numbers that JSON does not know, such as an infinite default, are null."""
    try:
        return json.dumps(content, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        finite = json.loads(json.dumps(content), parse_constant=lambda _: None)
        return json.dumps(finite, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
