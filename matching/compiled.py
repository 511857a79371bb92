"""How functions are compiled, and how compiled code kept on disk is tied to the sources it was made from.

Numba's cache looks only at the file of the function it keeps. The entry points therefore close over a digest of every
source that goes into them, which is part of the key under which they are kept: code compiled from older sources is
never picked up. The kernels release the interpreter's lock and are run in ordinary threads.
"""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar, cast
from zlib import crc32

import numba

WITHOUT_COUNTING: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Options of functions that count no references to the arrays they are given."""

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function that others call; it is kept on disk inside them, not by itself.

    It counts no references to the arrays it is given, which in a hot loop costs more than the work itself; so it may
    look at arrays, and at parts of them, but not make any.
    """
    return cast("Function", numba.njit(**WITHOUT_COUNTING)(function))


def inlined(function: Function) -> Function:
    """Compile a small function into the loops that call it; like ``compiled`` it makes no arrays."""
    return cast("Function", numba.njit(forceinline=True, **WITHOUT_COUNTING)(function))


def maker(function: Function) -> Function:
    """Compile a function that others call and that makes arrays."""
    return cast("Function", numba.njit(nogil=True, error_model="numpy")(function))


def entry_point(function: Function) -> Function:
    """Compile a function that Python calls and keep it on disk. It must close over ``sources_digest``."""
    return cast("Function", numba.njit(nogil=True, error_model="numpy", cache=True)(function))


def sources_digest(*modules: ModuleType) -> int:
    """Return a number that changes whenever the source of one of the modules does."""
    return crc32("\0".join(inspect.getsource(module) for module in modules).encode())
