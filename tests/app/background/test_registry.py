"""Tasks are found by name, and no two share one."""

import importlib

import pytest

from app.background.context import TaskContext
from app.background.registry import TASK_MODULES, load_chores, load_tasks, task
from tests.app.background import sample_tasks


def test_only_the_modules_asked_for() -> None:
    assert set(load_tasks(["app.background.tasks"])) == {"background.tidy"}
    assert "sample.mark" in load_tasks([sample_tasks.__name__])


def test_every_module_named_exists_and_declares_something() -> None:
    modules = {known.function.__module__ for known in load_tasks().values()}
    assert modules | {one.function.__module__ for one in load_chores()} == set(TASK_MODULES)


def test_two_tasks_of_one_name_are_refused() -> None:
    async def other(context: TaskContext) -> None:
        del context

    with pytest.raises(ValueError, match=r"two tasks are called sample\.mark"):
        task("sample.mark")(other)


def test_a_module_loaded_again_is_no_second_task() -> None:
    importlib.reload(sample_tasks)
    assert load_tasks([sample_tasks.__name__])["sample.mark"].attempts == 3


def test_a_task_is_tried_at_least_once() -> None:
    with pytest.raises(ValueError, match="at least once"):
        task("sample.never", attempts=0)
