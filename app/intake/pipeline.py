"""Calculations that run ahead in other processes while their results are stored in order."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

Result = TypeVar("Result")

AHEAD = 4  # parts under way or waiting: enough to keep the processes busy, few enough for memory


async def in_order(calls: Iterable[Callable[[], Awaitable[Result]]], ahead: int = AHEAD) -> AsyncIterator[Result]:
    """The results of the calls in their order, with up to ``ahead`` of them started beforehand."""
    waiting: deque[asyncio.Task[Result]] = deque()
    try:
        for call in calls:
            waiting.append(asyncio.ensure_future(call()))
            if len(waiting) >= ahead:
                yield await waiting[0]
                waiting.popleft()
        while waiting:
            yield await waiting[0]
            waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
