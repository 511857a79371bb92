"""Compiled code kept on disk is tied to all the sources it was made from."""

import importlib
import sys
from types import ModuleType

import pytest

from matching import kernel_index, kernel_reverse, kernel_search


def reached(module: ModuleType, seen: set[str]) -> set[str]:
    """Names of the project's modules that a module takes anything from, and so on."""
    for value in vars(module).values():
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(name, str) and name.startswith("matching.") and name not in seen:
            seen.add(name)
            reached(sys.modules.get(name) or importlib.import_module(name), seen)
    return seen


@pytest.mark.parametrize("kernel", [kernel_search, kernel_reverse])
def test_the_digest_covers_every_source_of_compiled_code(kernel: ModuleType) -> None:
    """Modules that only check tables never get into compiled code: they are named here, all others are needed."""
    never_compiled = {"matching.exceptions", "matching.pairs", "matching.problem", "matching.skills"}
    covered = {source.__name__ for source in kernel.SOURCES}
    assert reached(kernel, {kernel.__name__}) - never_compiled <= covered
    assert {"matching.params", "matching.scoring", "matching.ties", "matching.codes"} <= covered


def test_the_digest_of_the_index_covers_its_sources() -> None:
    """Tables, which columns come from, only check: nothing of them is compiled."""
    covered = {source.__name__ for source in kernel_index.SOURCES}
    assert reached(kernel_index, {kernel_index.__name__}) - {"matching.exceptions"} <= covered
