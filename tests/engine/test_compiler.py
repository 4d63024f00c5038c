"""Compiled code is made once per text, shared, and let go of when too much is kept."""

from immunoreset.engine import compiler


def text_of(number: int) -> str:
    return f"define i64 @answer() {{\n  ret i64 {number}\n}}\n"


def test_the_same_text_is_compiled_once():
    assert compiler.compile_text(text_of(1)) is compiler.compile_text(text_of(1))


def test_the_module_used_longest_ago_goes_first_and_still_runs_for_whom_keeps_it(monkeypatch):
    import ctypes

    monkeypatch.setattr(compiler, "_compiled", type(compiler._compiled)())
    monkeypatch.setattr(compiler, "MOST_KEPT", 2)
    first = compiler.compile_text(text_of(11))
    compiler.compile_text(text_of(12))
    assert compiler.compile_text(text_of(11)) is first, "used again, so not the oldest any more"
    compiler.compile_text(text_of(13))
    assert len(compiler._compiled) == 2 and compiler.compile_text(text_of(11)) is first
    for number in (14, 15):
        compiler.compile_text(text_of(number))
    assert ctypes.CFUNCTYPE(ctypes.c_int64)(first.address("answer"))() == 11
