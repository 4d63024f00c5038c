"""`import immunoreset` offers what a user needs and loads nothing until it is used."""

import subprocess
import sys

import pytest

import immunoreset


def test_import_loads_nothing_heavy():
    code = (
        "import sys, immunoreset; "
        "heavy = {'numpy', 'numba', 'llvmlite', 'matplotlib', 'pandas', 'scipy', 'xarray', 'pydantic', 'duckdb', 'typer'}; "
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", immunoreset.__all__)
def test_public_name_is_found(name):
    assert getattr(immunoreset, name) is not None
    assert name in dir(immunoreset)


def test_public_names_do_not_change_when_their_modules_are_loaded():
    """A name of the front door must not be hidden by a file of the same name."""
    import immunoreset.study

    assert callable(immunoreset.run)
    assert not [name for name in immunoreset.__all__ if f"immunoreset.{name}" in sys.modules]


def test_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"no attribute 'Studdy'; it has .*Study"):
        _ = immunoreset.Studdy  # type: ignore[attr-defined]
