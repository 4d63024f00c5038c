"""From LLVM IR text to machine code, once per text."""

from __future__ import annotations

import ctypes
import hashlib
import threading
from collections import OrderedDict
from functools import cache
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from immunoreset.engine import object_files


class Code:
    """A compiled module, kept alive while its kernels may be called, and the `text` that it was compiled from."""

    def __init__(self, engine: Any, machine: Any, text: str) -> None:
        self._engine, self._machine, self.text = engine, machine, text

    def address(self, function: str) -> int:
        return self._engine.get_function_address(function)


OPTIONS: dict[str, Any] = {"opt": 2, "reloc": "pic", "codemodel": "small"}  # small: constants lie near their code
MOST_KEPT = 128  # modules of about 5 MB each; the one used longest ago goes first

_compiled: OrderedDict[str, Code] = OrderedDict()
_lock = threading.Lock()


@cache
def _initialise() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


@cache
def _made_by() -> str:
    """What decides the machine code of a text."""
    _initialise()
    versions = llvmlite.__version__, llvm.llvm_version_info, OPTIONS
    return f"{versions} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def _target_machine() -> Any:
    _initialise()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        **OPTIONS,
    )


def compile_text(text: str) -> Code:
    """The compiled module of a text; whoever calls its kernels keeps the `Code`, for it may leave the store."""
    name = hashlib.sha256(text.encode()).hexdigest()
    with _lock:
        if name not in _compiled:
            machine = _target_machine()
            module = llvm.parse_assembly(text)
            engine = llvm.create_mcjit_compiler(module, machine)
            kept = hashlib.sha256(f"{name} {_made_by()}".encode()).hexdigest()
            engine.set_object_cache(lambda _, code: object_files.store(kept, code), lambda _: object_files.stored(kept))
            engine.finalize_object()
            _compiled[name] = Code(engine, machine, text)
            if len(_compiled) > MOST_KEPT:
                _compiled.popitem(last=False)
        _compiled.move_to_end(name)
        return _compiled[name]


def call(address: int, arena: np.ndarray) -> None:
    """Run a kernel once from Python (tests and profiling)."""
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)(arena.ctypes.data)
