"""The tables of the pages write numbers as the report does."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from immunoreset.report.comparison_words import labelled
from immunoreset.report.words import interval, number

WEB = Path(__file__).parent.parent.parent / "web"
COMPILER = WEB / "node_modules" / ".bin" / "tsc"


@pytest.fixture(scope="module")
def of_the_page(tmp_path_factory):
    """Calls of the functions of words.ts and numbers.ts, answered by node."""
    if not COMPILER.exists() or shutil.which("node") is None:
        pytest.skip("needs node and `npm ci` in web/")
    folder = tmp_path_factory.mktemp("words")
    (folder / "package.json").write_text('{"type": "module"}')
    sources = [shutil.copy(WEB / "src" / "charts" / name, folder) for name in ("words.ts", "numbers.ts")]
    options = [
        "--ignoreConfig",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "--target",
        "es2022",
        "--outDir",
        str(folder),
    ]
    subprocess.run([str(COMPILER), *options, *map(str, sources)], check=True, cwd=folder)
    compiled = folder / "numbers.js"  # node asks for the ending that the bundler adds
    compiled.write_text(compiled.read_text("utf-8").replace('"./words"', '"./words.js"'), "utf-8")

    def call(function, calls, module="words"):
        code = (
            f"import {{ {function} }} from './{module}.js'; import fs from 'fs';"
            f"console.log(JSON.stringify(JSON.parse(fs.readFileSync(0)).map((one) => {function}(...one))))"
        )
        command = ["node", "--input-type=module", "-e", code]
        done = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, check=True, cwd=folder)
        return json.loads(done.stdout)

    return call


def values():
    random = np.random.default_rng(3)
    drawn = np.concatenate([random.normal(0, 1, 300) * 10.0 ** random.integers(-6, 8, 300), random.random(200)])
    rounded = [float(f"{value:.3g}") for value in drawn[:200]]
    exact = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        1.5,
        2.5,
        0.25,
        0.125,
        12.25,
        99.95,
        9.96,
        100.5,
        101.5,
        999_999.5,
        1e6,
        1e-4,
        9.99e-5,
        0.585,
    ]
    return [None, *exact, *drawn.tolist(), *rounded]


def test_numbers_of_the_pages_are_those_of_the_report(of_the_page):
    for unit in ("", "%", "day"):
        assert of_the_page("shown", [[value, unit] for value in values()]) == [number(value, unit) for value in values()]


def test_shares_of_the_pages_are_those_of_the_report(of_the_page):
    shares = [None, *(count / total for total in (3, 8, 40, 200, 256, 2000) for count in range(total + 1))]
    assert of_the_page("shown", [[share, "fraction"] for share in shares]) == [number(share, "fraction") for share in shares]


def test_intervals_of_the_pages_are_those_of_the_report(of_the_page):
    pairs = [(low, high) for low, high in zip(values(), values()[1:], strict=False) if low is None or high is None or low <= high]
    for unit in ("", "fraction"):
        kept = [(low, high) for low, high in pairs if unit == "" or (low or 0) >= 0]
        assert of_the_page("interval", [[low, high, unit] for low, high in kept]) == [
            interval(low, high, unit) for low, high in kept
        ]
    assert interval(-21.7, -1.87) == "−21.7 to −1.9"


def test_labels_of_the_pages_are_those_of_the_report(of_the_page):
    labels = [
        ["Total IgG", "mean", "%"],
        ["B cells back, mean", "mean", "day"],
        ["Remission", "", "fraction"],
        ["Back", "sd", "day"],
    ]
    assert of_the_page("labelled", labels) == [labelled(*one) for one in labels]


def test_curves_and_parameters_are_rounded_as_the_tables_are(of_the_page):
    chosen = [value for value in values() if value and 1e-3 <= abs(value) < 999.5]
    chosen += [0.0625, 2.125, -2.125, 31.25, 312.5, 0.00125, 31.35]
    expected = [f"{value:.3g}".replace("-", "−") for value in chosen]
    assert of_the_page("number", [[value] for value in chosen], module="numbers") == expected
    large = [1000.5, 1001.5, -2500.5, 123456.5]
    assert of_the_page("number", [[value] for value in large], module="numbers") == [
        f"{value:.0f}".replace("-", "−") for value in large
    ]


def test_every_share_of_the_pages_is_written_by_one_rule(of_the_page):
    shares = [None, *(count / 200 for count in range(201)), 0.005, 0.125, 0.345, 0.025]
    assert of_the_page("percent", [[share] for share in shares], module="numbers") == [
        number(share, "fraction") for share in shares
    ]
