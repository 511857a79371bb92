"""Each test here is an attempt against V1–V10 or R1–R29 and names the wall that stops it; the run lists them all."""

import re
from collections.abc import Callable

import pytest

RULE = re.compile(r"\b[VR]\d+\b")
WALL = re.compile(r"Walls?: (.+?)(?:\.\s|\.?$)", re.DOTALL)


@pytest.fixture(autouse=True)
def _attempt(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    """Keep the line of the list; an attempt without a wall is no attempt."""
    node = request.node
    told, module = node.function.__doc__ or "", node.module.__doc__ or ""
    marked = node.get_closest_marker("wall")
    found = WALL.search(told)
    case = getattr(node, "callspec", None)
    wall = found[1] if found else marked.args[0] if marked else case and case.params.get("wall")
    if not wall:
        pytest.fail("An attempt says which wall stops it: 'Wall: …' in its docstring, or the mark wall.")
    rules = ", ".join(dict.fromkeys(RULE.findall(told) or RULE.findall(module)))
    what = node.originalname.removeprefix("test_").replace("_", " ")
    of = f" [{case.id}]" if case else ""
    record_property("attempt", f"{rules or 'V?'}: {what}{of} ← {' '.join(str(wall).split())}")
