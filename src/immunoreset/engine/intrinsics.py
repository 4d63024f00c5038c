"""What Numba lacks: calling a compiled kernel, counting together with other threads, and functions that count no references."""

from __future__ import annotations

from functools import partial
from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

# For functions that make no array and return none: the arrays of a record would otherwise be counted in and out one by one, each
# by an atomic instruction, whenever the record is handed over.
borrowing: Any = partial(numba.njit, cache=True, nogil=True, _nrt=False)  # type: ignore[call-overload]

NEXT, LOGGED, FINISHED = 0, 8, 16  # bytes from the start of the tally: next patient, rows of the log, patients done


def _generate_call(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    byte_pointer = ir.IntType(8).as_pointer()
    function = ir.FunctionType(ir.VoidType(), [byte_pointer])
    target = builder.inttoptr(arguments[0], function.as_pointer())
    builder.call(target, [builder.inttoptr(arguments[1], byte_pointer)])
    return context.get_dummy_value()


def _call(_typing_context: Any, address: Any, pointer: Any) -> Any:
    """Run the kernel at `address` on the arena at `pointer`."""
    return types.void(types.int64, types.int64), _generate_call


call: Any = intrinsic(_call)


def _generate_fetch_add(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    pointer = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
    return builder.atomic_rmw("add", pointer, arguments[1], "seq_cst")


def _fetch_add(_typing_context: Any, address: Any, amount: Any) -> Any:
    """Add to the whole number at `address`; returns what it was before, to one thread only."""
    return types.int64(types.int64, types.int64), _generate_fetch_add


fetch_add: Any = intrinsic(_fetch_add)
