"""From LLVM IR text to machine code, once per text."""

from __future__ import annotations

import ctypes
import hashlib
import threading
from typing import Any

import llvmlite.binding as llvm
import numpy as np


class Code:
    """A compiled module, kept alive while its kernels may be called."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def address(self, function: str) -> int:
        return self._engine.get_function_address(function)


_compiled: dict[str, Code] = {}
_lock = threading.Lock()
_machines: list[Any] = []


def _target_machine() -> Any:
    if not _machines:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=2,
        reloc="pic",
        codemodel="small",  # the code of one module lies together: constants are reached without loading their address
    )


def compile_text(text: str) -> Code:
    name = hashlib.sha256(text.encode()).hexdigest()
    with _lock:
        if name not in _compiled:
            machine = _target_machine()
            _machines.append(machine)
            module = llvm.parse_assembly(text)
            engine = llvm.create_mcjit_compiler(module, machine)
            engine.finalize_object()
            _compiled[name] = Code(engine)
        return _compiled[name]


def call(address: int, arena: np.ndarray) -> None:
    """Run a kernel once from Python (tests and profiling)."""
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)(arena.ctypes.data)
