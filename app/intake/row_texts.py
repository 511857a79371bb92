"""What is kept of a row until it is loaded: its texts and problems, the texts under one cipher."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.intake.layout import Layout, RowTexts
from app.intake.reading.rows import Problem
from app.shared.encryption import KeyRing

CELLS: Final = "import_row.cells"
ALIKE_DIGITS: Final = 16

JsonProblem = dict[str, Any]


def seal_texts(keys: KeyRing, uuid: UUID, layout: Layout, texts: RowTexts) -> bytes:
    """Encrypt the texts of one row: those of the layout in its order, then what a person wrote and who spoke."""
    plain: list[Any] = [[texts.cells.get(key, "") for key in layout.kept]]
    if texts.mended or texts.proxy:
        plain.append({"mended": {key: texts.cells.get(key, "") for key in sorted(texts.mended)}, "proxy": texts.proxy})
    return keys.encrypt_bytes(CELLS, uuid, json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode())


def open_texts(keys: KeyRing, uuid: UUID, layout: Layout, cipher: bytes) -> RowTexts:
    """The texts again."""
    kept, *more = json.loads(keys.decrypt_bytes(CELLS, uuid, cipher))
    cells = {key: text for key, text in zip(layout.kept, kept, strict=True) if text}
    if not more:
        return RowTexts(cells)
    mended = more[0]["mended"]
    cells = {key: text for key, text in {**cells, **mended}.items() if text}
    return RowTexts(cells, frozenset(mended), more[0]["proxy"])


def as_json(keys: KeyRing, problems: Iterable[Problem], cells: Mapping[str, str], layout: Layout) -> list[JsonProblem]:
    """The problems as kept: each with its column, and with a mark that rows of the same cause and text share."""
    return [_as_json(keys, problem, cells, layout) for problem in problems]


def _as_json(keys: KeyRing, problem: Problem, cells: Mapping[str, str], layout: Layout) -> JsonProblem:
    level, field, column, code, params = problem
    kept = {"level": level, "field": field, "column": column or layout.letters.get(field or "", ""), "code": code,
            "params": params}  # fmt: skip
    if field and level != "note":
        kept["alike"] = alike(keys, code, field, cells.get(field, ""))
    return kept


def alike(keys: KeyRing, code: str, field: str, text: str) -> str:
    """Equal for the same cause in the same text, and of no use to guess the text."""
    return keys.blind_index("import_row.alike", f"{code}\0{field}\0{text}").hex()[:ALIKE_DIGITS]


def is_bad(problems: Sequence[JsonProblem]) -> bool:
    """Whether something has to be mended before the row can be loaded."""
    return any(problem["level"] == "error" for problem in problems)


def causes(problems: Sequence[JsonProblem]) -> list[str]:
    """The codes of the problems, each once."""
    return sorted({problem["code"] for problem in problems})
