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

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue

_ROUNDS = 10
_MULTIPLY = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_KEY_STEP = (0x9E3779B9, 0xBB67AE85)
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_BLOCK = 16384  # counters encrypted at a time: what the second-level cache holds

_remembered: ContextVar[dict[tuple[int, str, bytes], NDArray[np.float64]] | None] = ContextVar("remembered", default=None)


def _key(seed: int, purpose: str) -> tuple[int, int]:
    if isinstance(seed, bool) or not (isinstance(seed, Integral) or (isinstance(seed, Real) and float(seed).is_integer())):
        raise InvalidValue(f"seed {str(seed)[:40]}: give a whole number")
    digest = hashlib.sha256(f"{int(seed)}:{purpose}".encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


def philox(counter: NDArray[np.uint64], key: tuple[int, int]) -> NDArray[np.uint64]:
    """Four 32-bit words for each counter; `counter` is (4, ...) of 32-bit words held as uint64."""
    flat = counter.reshape(4, -1)
    words = np.empty_like(flat)
    for begin in range(0, flat.shape[1], _BLOCK):
        _encrypt(flat[:, begin : begin + _BLOCK], key, words[:, begin : begin + _BLOCK])
    return words.reshape(counter.shape)


def _encrypt(counter: NDArray[np.uint64], key: tuple[int, int], words: NDArray[np.uint64]) -> None:
    """Writes the `words` (4, n) of some counters (4, n); in place, since new memory costs more than the arithmetic."""
    words[:] = counter
    c0, c1, c2, c3 = words
    product0, product1 = np.empty_like(c0), np.empty_like(c0)
    k0, k1 = key
    for _ in range(_ROUNDS):
        np.multiply(c0, _MULTIPLY[0], out=product0)
        np.multiply(c2, _MULTIPLY[1], out=product1)
        np.right_shift(product1, _SHIFT, out=c0)
        np.right_shift(product0, _SHIFT, out=c2)
        c0 ^= c1
        c0 ^= np.uint64(k0)
        c2 ^= c3
        c2 ^= np.uint64(k1)
        np.bitwise_and(product1, _MASK, out=c1)
        np.bitwise_and(product0, _MASK, out=c3)
        k0, k1 = (k0 + _KEY_STEP[0]) & 0xFFFFFFFF, (k1 + _KEY_STEP[1]) & 0xFFFFFFFF


def uniform(seed: int, purpose: str, ids: ArrayLike, count: int = 1) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1, shape (n, count), for the patients `ids` (n,).

    >>> bool(uniform(1, "weight", [7, 3])[1, 0] == uniform(1, "weight", [3])[0, 0])
    True
    """
    patients = np.asarray(ids, dtype=np.int64).astype(np.uint64).reshape(-1, 1)
    blocks = np.arange((count + 1) // 2, dtype=np.uint64).reshape(1, -1)
    shape = (patients.shape[0], blocks.shape[1])
    counter = np.empty((4, *shape), dtype=np.uint64)
    counter[0], counter[1] = patients & _MASK, patients >> _SHIFT
    counter[2], counter[3] = blocks, 0
    words = philox(counter, _key(seed, purpose))
    pairs = np.stack([(words[0] << _SHIFT) | words[1], (words[2] << _SHIFT) | words[3]], axis=-1)
    numbers = ((pairs >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
    return numbers.reshape(shape[0], -1)[:, :count]


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
