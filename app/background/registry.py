"""What can be run in the background: features declare their tasks, the runner loads them by module name.

Background code imports no feature. The list of modules is handed to the runner, which imports them when it starts.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate

if TYPE_CHECKING:
    from app.background.context import TaskContext
    from app.database import Sessions
    from app.settings import Settings
    from app.shared.clock import Clock

ChoreFunction = Callable[["Sessions", "Settings", "Clock"], Awaitable[object]]
TaskFunction = Callable[Concatenate["TaskContext", ...], Awaitable[dict[str, Any] | None]]

# Every module with tasks, in the order of the work. The one place where a feature makes its tasks known.
TASK_MODULES: tuple[str, ...] = (
    "app.background.tasks",
    "app.intake.tasks",
    "app.vacancies.tasks",
    "app.match_runs.tasks",
    "app.rights.tasks",
    "app.keys.tasks",
    "app.tasks",
    "app.trail.tasks",
    "app.grievances.tasks",
    "app.notifications.tasks",
    "app.labourers.tasks",
    "app.offers.tasks",
)


@dataclass(frozen=True)
class Task:
    """One thing that can be run in the background."""

    name: str
    function: TaskFunction
    attempts: int
    cpu: bool


_TASKS: dict[str, Task] = {}


def task(name: str, *, attempts: int = 3, cpu: bool = False) -> Callable[[TaskFunction], TaskFunction]:
    """Declare an async function of a ``TaskContext`` and JSON arguments as the task ``name``.

    It may be run again after a crash, at most ``attempts`` times in all, so it has to be safe to run twice: change rows
    in ``context.unit_of_work()``. What it returns (a JSON object or None) is kept as its result. ``cpu`` says that it
    will calculate with ``context.run_in_process``: a process is then made ready while the task still reads its rows.
    """
    if attempts < 1:
        raise ValueError(f"{name}: a task is tried at least once")

    def declare(function: TaskFunction) -> TaskFunction:
        known = _TASKS.get(name)
        if known and (known.function.__module__, known.function.__qualname__) != (
            function.__module__,
            function.__qualname__,
        ):
            raise ValueError(f"two tasks are called {name}: {known.function} and {function}")
        _TASKS[name] = Task(name, function, attempts, cpu)
        return function

    return declare


@dataclass(frozen=True)
class Chore:
    """Something small that every runner does every few seconds and that leaves no row of its own."""

    name: str
    function: ChoreFunction
    every: float  # seconds


_CHORES: dict[str, Chore] = {}


def chore(name: str, *, every: float) -> Callable[[ChoreFunction], ChoreFunction]:
    """Declare an async function of sessions, settings and clock as the chore ``name``, done every so many seconds.

    All runners do it, so it takes a lock of its own where two at once would be wrong. What fails is tried next time.
    """

    def declare(function: ChoreFunction) -> ChoreFunction:
        _CHORES[name] = Chore(name, function, every)
        return function

    return declare


def load_chores(modules: Iterable[str] = TASK_MODULES) -> tuple[Chore, ...]:
    """Import the modules and give back the chores they declare."""
    names = [import_module(module).__name__ for module in modules]
    return tuple(known for known in _CHORES.values() if known.function.__module__ in names)


def load_tasks(modules: Iterable[str] = TASK_MODULES) -> Mapping[str, Task]:
    """Import the modules and give back the tasks they declare, by name."""
    names = [import_module(module).__name__ for module in modules]
    return {name: known for name, known in _TASKS.items() if known.function.__module__ in names}
