"""Processes for calculations, so that the event loop, which sends the heartbeats, is never held up.

One process per calculation, kept for the next one. A calculation that is cancelled has its process killed; one that
kills its own process (for want of memory) harms no other.
"""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from typing import TypeVar

Result = TypeVar("Result")

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, signal_number: int) -> None:
    """Have the kernel send this process a signal when its parent ends, however it ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:  # it ended before it could be asked for
        os.kill(os.getpid(), signal_number)


def _begin(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the runner decides
    die_with_parent(parent, signal.SIGKILL)


class _Process:
    """One process, started at once."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
        )
        self._pid = self._pool.submit(os.getpid)

    async def run(self, function: Callable[..., Result], *args: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)

    def kill(self) -> None:
        if self._pid.done() and not self._pid.exception():
            with suppress(ProcessLookupError):
                os.kill(self._pid.result(), signal.SIGKILL)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def end(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class Processes:
    """At most ``limit`` calculations at a time; the others wait."""

    def __init__(self, limit: int) -> None:
        self._places = asyncio.Semaphore(limit)
        self._idle: list[_Process] = []

    def prepare(self) -> None:
        """Have a process ready, as starting one takes a while."""
        if not self._idle and not self._places.locked():
            self._idle.append(_Process())

    async def run(self, function: Callable[..., Result], *args: object) -> Result:
        """Call a function of an importable module in a process. Raises what it raises, or ``BrokenProcessPool``."""
        async with self._places:
            process = self._idle.pop() if self._idle else _Process()
            try:
                result = await process.run(function, *args)
            except (asyncio.CancelledError, BrokenProcessPool):
                process.kill()
                raise
            except BaseException:
                self._idle.append(process)
                raise
            self._idle.append(process)
            return result

    def close(self) -> None:
        """End the processes; none is calculating any more."""
        while self._idle:
            self._idle.pop().end()
