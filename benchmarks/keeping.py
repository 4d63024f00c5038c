"""Results of a benchmark are kept only when it is asked for: `python benchmarks/NAME.py --store`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def keep(file: Path, result: Any) -> None:
    """Write `result` to `file` when the script was called with --store; otherwise say that it was not."""
    if "--store" not in sys.argv[1:]:
        print(f"not stored; --store writes {file.name}", file=sys.stderr)
        return
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
