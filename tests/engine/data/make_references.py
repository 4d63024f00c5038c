"""Write `references.json`: Robertson, HIRES, Van der Pol and a reaction-diffusion front by SciPy's Radau at rtol 1e-11.

Run `python tests/engine/data/make_references.py` from the root of the project; it takes some seconds.

The first three agree to 9 digits or more with the values of the Test Set for Initial Value Problem Solvers (Mazzia and
Magherini 2008, University of Bari); `test_classic_problems.py` holds a few of them in full.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp

FRONT_CELLS = 120


def robertson(_t: float, y: np.ndarray) -> np.ndarray:
    slow, fast, square = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] ** 2
    return np.array([fast - slow, slow - fast - square, square])


def hires(_t: float, y: np.ndarray) -> np.ndarray:
    y1, y2, y3, y4, y5, y6, y7, y8 = y
    bound = 280 * y6 * y8
    return np.array(
        [
            -1.71 * y1 + 0.43 * y2 + 8.32 * y3 + 0.0007,
            1.71 * y1 - 8.75 * y2,
            -10.03 * y3 + 0.43 * y4 + 0.035 * y5,
            8.32 * y2 + 1.71 * y3 - 1.12 * y4,
            -1.745 * y5 + 0.43 * y6 + 0.43 * y7,
            -bound + 0.69 * y4 + 1.71 * y5 - 0.43 * y6 + 0.69 * y7,
            bound - 1.81 * y7,
            1.81 * y7 - bound,
        ]
    )


def van_der_pol(_t: float, y: np.ndarray) -> np.ndarray:
    return np.array([y[1], 1000.0 * (1 - y[0] ** 2) * y[1] - y[0]])


def front(_t: float, y: np.ndarray) -> np.ndarray:
    """Fisher's equation u' = u_xx + u (1 - u) on [0, 30], no flux through the ends."""
    width = 30.0 / (FRONT_CELLS - 1)
    padded = np.concatenate([[y[1]], y, [y[-2]]])
    return (padded[2:] - 2 * y + padded[:-2]) / width**2 + y * (1 - y)


def front_start() -> np.ndarray:
    x = np.linspace(0, 30, FRONT_CELLS)
    return np.exp(-((x - 5) ** 2))


CASES: dict[str, tuple[Callable[[float, np.ndarray], np.ndarray], list[float], list[float]]] = {
    "robertson": (robertson, [1.0, 0.0, 0.0], [0.4, 40.0, 4e3, 4e5, 4e7, 1e11]),
    "hires": (hires, [1.0, 0, 0, 0, 0, 0, 0, 0.0057], [1.0, 10.0, 100.0, 321.8122, 421.8122]),
    "van_der_pol": (van_der_pol, [2.0, 0.0], [100.0, 500.0, 800.0, 1000.0, 1600.0, 2000.0]),
    "front": (front, front_start().tolist(), [0.5, 2.0, 5.0, 8.0]),
}


def main() -> None:
    references = {}
    for name, (rates, start, days) in CASES.items():
        print(name)
        solved = solve_ivp(rates, (0.0, days[-1]), start, "Radau", days, rtol=1e-11, atol=1e-15 if name != "front" else 1e-13)
        assert solved.success, solved.message
        references[name] = {"days": days, "start": start, "values": [[float(f"{v:.13e}") for v in row] for row in solved.y.T]}
    path = Path(__file__).with_name("references.json")
    path.write_text(json.dumps(references, indent=None).replace('], "', '],\n"') + "\n", encoding="utf-8")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
