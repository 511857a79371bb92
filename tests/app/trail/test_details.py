"""Whatever an act puts into the trail has a word for people."""

import ast
from collections.abc import Iterator

from app.settings import PROJECT
from app.trail.details import DETAILS, KINDS, in_words

OWN = {"reason", "people"}  # columns of the trail, not details


def _recorded() -> Iterator[tuple[str, ast.Call]]:
    """Every call of ``audit.record`` in the code that names its subject's kind."""
    for path in sorted((PROJECT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record" and len(node.args) > 3:
                yield f"{path.name}:{node.lineno}", node


def test_every_kind_of_thing_has_a_word() -> None:
    kinds = [(place, call.args[3]) for place, call in _recorded()]
    named = [(place, kind.value) for place, kind in kinds if isinstance(kind, ast.Constant)]
    assert len(named) > 40
    assert [(place, kind) for place, kind in named if kind not in KINDS] == []


def test_every_detail_has_a_word() -> None:
    names = {(place, one.arg) for place, call in _recorded() for one in call.keywords if one.arg}
    assert len(names) > 40
    assert sorted((place, name) for place, name in names if name not in DETAILS and name not in OWN) == []


def test_details_are_told_by_their_words() -> None:
    assert in_words({"rows": 25, "narrowed_by": ["place", "trade"], "bytes": None, "fields": []}) == (
        "行数: 25; 筛选条件: place, trade"
    )
