"""Random numbers with a name: the same for a patient whatever the cohort, the batch or the thread.

A draw is a pure function of (study seed, purpose, patient id, position), by the counter-based generator Philox 4x32-10
(Salmon 2011, doi:10.1145/2063384.2063405). There is no state to advance, so nothing depends on the order of draws.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from numbers import Integral, Real

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue

_ROUNDS = 10
_MULTIPLY_0, _MULTIPLY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEP_0, _KEY_STEP_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_SPARE, _STEP = np.uint64(12), 2.0**-52  # bits that are not used of 64, and the distance of neighbouring numbers

_remembered: ContextVar[dict[tuple[int, str, bytes], NDArray[np.float64]] | None] = ContextVar("remembered", default=None)


def _key(seed: int, purpose: str) -> tuple[int, int]:
    if isinstance(seed, bool) or not (isinstance(seed, Integral) or (isinstance(seed, Real) and float(seed).is_integer())):
        raise InvalidValue(f"seed {str(seed)[:40]}: give a whole number")
    digest = hashlib.sha256(f"{int(seed)}:{purpose}".encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


def philox(counter: NDArray[np.uint64], key: tuple[int, int]) -> NDArray[np.uint64]:
    """Four 32-bit words for each counter, to compare with published ones; `counter` is (4, n) of 32-bit words held as uint64."""
    k0, k1 = _halves(key)
    return np.array([_words(c0, c1, c2, c3, k0, k1) for c0, c1, c2, c3 in counter.T], dtype=np.uint64).T


def _halves(key: tuple[int, int]) -> tuple[np.uint64, np.uint64]:
    return np.uint64(key[0]), np.uint64(key[1])


@numba.njit(cache=True, nogil=True, inline="always")
def _words(c0, c1, c2, c3, k0, k1):
    """The four words of one counter."""
    for _ in range(_ROUNDS):
        product0, product1 = c0 * _MULTIPLY_0, c2 * _MULTIPLY_1
        c0, c2 = (product1 >> _SHIFT) ^ c1 ^ k0, (product0 >> _SHIFT) ^ c3 ^ k1
        c1, c3 = product1 & _MASK, product0 & _MASK
        k0, k1 = (k0 + _KEY_STEP_0) & _MASK, (k1 + _KEY_STEP_1) & _MASK
    return c0, c1, c2, c3


@numba.njit(cache=True, nogil=True)
def _between_0_and_1(patients, k0, k1, numbers):
    """Writes `numbers` (n, count), two of each counter: 52 random bits and a half, so that none is 0 or 1."""
    count = numbers.shape[1]
    for i in range(len(patients)):
        low, high = patients[i] & _MASK, patients[i] >> _SHIFT
        for block in range((count + 1) // 2):
            w0, w1, w2, w3 = _words(low, high, np.uint64(block), np.uint64(0), k0, k1)
            numbers[i, 2 * block] = (np.float64(((w0 << _SHIFT) | w1) >> _SPARE) + 0.5) * _STEP
            if 2 * block + 1 < count:
                numbers[i, 2 * block + 1] = (np.float64(((w2 << _SHIFT) | w3) >> _SPARE) + 0.5) * _STEP


def uniform(seed: int, purpose: str, ids: ArrayLike, count: int = 1) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1, shape (n, count), for the patients `ids` (n,).

    >>> bool(uniform(1, "weight", [7, 3])[1, 0] == uniform(1, "weight", [3])[0, 0])
    True
    """
    patients = np.asarray(ids, dtype=np.int64).astype(np.uint64).ravel()
    numbers = np.empty((len(patients), count))
    _between_0_and_1(patients, *_halves(_key(seed, purpose)), numbers)
    return numbers


def normal(seed: int, purpose: str, ids: ArrayLike, count: int = 1) -> NDArray[np.float64]:
    """Standard normal numbers, shape (n, count), by inversion; not to be written to within `remembered`."""
    from scipy.special import ndtri

    kept = _remembered.get()
    if kept is None:
        return ndtri(uniform(seed, purpose, ids, count))
    key = seed, purpose, np.asarray(ids, dtype=np.int64).tobytes()
    if key not in kept or kept[key].shape[1] < count:
        kept[key] = ndtri(uniform(seed, purpose, ids, count))
        kept[key].setflags(write=False)
    return kept[key][:, :count]


@contextmanager
def remembered() -> Iterator[None]:
    """Within the block, normal numbers asked for again are not drawn again: patients meet the same under every treatment."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def poisson(seed: int, purpose: str, ids: ArrayLike, mean: ArrayLike) -> NDArray[np.float64]:
    """Poisson counts, shape (n,), by inversion: a larger mean never gives a smaller count."""
    from scipy.special import pdtr, pdtrik

    probability = uniform(seed, purpose, ids)[:, 0]
    mean = np.broadcast_to(np.asarray(mean, dtype=float), probability.shape)
    with np.errstate(all="ignore"):
        count = np.ceil(pdtrik(probability, mean))
        count = np.where(np.isfinite(count) & (probability > np.exp(-mean)), np.maximum(count, 0.0), 0.0)
        below = np.where(count > 0, pdtr(np.maximum(count - 1, 0.0), mean), 0.0)
        return np.where((count > 0) & (below >= probability), count - 1, count)
