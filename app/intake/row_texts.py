"""What is kept of a row until it is loaded: its texts under one cipher, its problems, what they quote under others."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.intake.layout import Layout, RowTexts
from app.intake.reading.rows import Problem
from app.shared.encryption import KeyRing

CELLS: Final = "import_row.cells"
QUOTED: Final = "import_row.problems"
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


def as_json(
    keys: KeyRing, uuid: UUID, problems: Iterable[Problem], cells: Mapping[str, str], layout: Layout
) -> list[JsonProblem]:
    """A row's problems as kept: each with its column, and with a mark that rows of the same cause and text share."""
    return [_as_json(keys, uuid, problem, cells, layout) for problem in problems]


def _as_json(keys: KeyRing, uuid: UUID, problem: Problem, cells: Mapping[str, str], layout: Layout) -> JsonProblem:
    level, field, column, code, params = problem
    kept = {"level": level, "field": field, "column": column or layout.letters.get(field or "", ""), "code": code,
            "params": _sealed(keys, uuid, params)}  # fmt: skip
    if field and level != "note":
        kept["alike"] = alike(keys, code, field, cells.get(field, ""))
    return kept


def _sealed(keys: KeyRing, uuid: UUID, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a message quotes of a cell is as secret as the cell: any word may be a name or an address."""
    more = dict(params)
    if quoted := more.pop("value", ""):
        more["sealed"] = b64encode(keys.encrypt(QUOTED, uuid, quoted)).decode()
    return more


def opened(keys: KeyRing, uuid: UUID, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a problem's message, for whoever may read the row."""
    more = dict(params)
    sealed = more.pop("sealed", None)
    return {"value": keys.decrypt(QUOTED, uuid, b64decode(sealed)) if sealed else "", **more}


def says_the_same(one: JsonProblem, other: JsonProblem) -> bool:
    """Whether two problems of one row are one; no two ciphers are alike."""
    return _without_cipher(one) == _without_cipher(other)


def _without_cipher(problem: JsonProblem) -> JsonProblem:
    return {**problem, "params": {name: value for name, value in problem["params"].items() if name != "sealed"}}


def alike(keys: KeyRing, code: str, field: str, text: str) -> str:
    """Equal for the same cause in the same text, and of no use to guess the text."""
    return keys.blind_index("import_row.alike", f"{code}\0{field}\0{text}").hex()[:ALIKE_DIGITS]


def is_bad(problems: Sequence[JsonProblem]) -> bool:
    """Whether something has to be mended before the row can be loaded."""
    return any(problem["level"] == "error" for problem in problems)


def causes(problems: Sequence[JsonProblem]) -> list[str]:
    """The codes of the problems, each once."""
    return sorted({problem["code"] for problem in problems})
