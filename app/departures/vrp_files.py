"""Reading capacitated routing problems in the common text format of TSPLIB and CVRPLIB.

Known are the types of distances EUC_2D, CEIL_2D and EXPLICIT with the usual shapes of matrix, one depot, one capacity,
and the limits DISTANCE, SERVICE_TIME and VEHICLES. Everything else is refused with the line and what is expected.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MOST_NODES = 5_001
MOST_BYTES = 256 * 1024 * 1024
LARGEST = 10**8
SCALE = 1_000
"""Unrounded distances are kept in thousandths."""

SECTIONS = ("NODE_COORD_SECTION", "DEMAND_SECTION", "DEPOT_SECTION", "EDGE_WEIGHT_SECTION", "DISPLAY_DATA_SECTION")
NUMBERS = ("DIMENSION", "CAPACITY", "DISTANCE", "SERVICE_TIME", "VEHICLES")
SHAPES = ("FULL_MATRIX", "LOWER_ROW", "LOWER_DIAG_ROW", "UPPER_ROW", "UPPER_DIAG_ROW", "LOWER_COL", "UPPER_COL")
PLANE = ("EUC_2D", "CEIL_2D")


class VrpFileError(ValueError):
    """The file cannot be read as a routing problem; the message says where, what and what is expected."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(f"Line {line}: {message}" if line else message)
        self.line = line


@dataclass(frozen=True, eq=False)
class VrpFile:
    """One problem: place 0 is the depot, customers follow in the file's order.

    ``distance`` has shape (n + 1, n + 1), whole numbers in units of 1/``scale``; ``longest`` and ``service`` likewise.
    ``node`` gives the file's number of each place.
    """

    name: str
    distance: NDArray[np.int64]
    demand: NDArray[np.int64]
    capacity: int
    node: tuple[int, ...]
    vehicles: int | None = None
    longest: int | None = None
    service: int = 0
    scale: int = 1


@dataclass
class _Content:
    """What stands in the file, with the line of each thing."""

    heads: dict[str, tuple[str, int]] = field(default_factory=dict)
    sections: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


def read_vrp(data: bytes, *, unrounded: bool = False) -> VrpFile:
    """Read a problem.

    Parameters
    ----------
    data
        The file's bytes.
    unrounded
        Distances in the plane as they are, to the thousandth, instead of whole numbers as TSPLIB rounds them.

    Raises: VrpFileError.
    """
    if len(data) > MOST_BYTES:
        raise VrpFileError(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.")
    content = _content(data)
    kind = content.heads.get("TYPE", ("CVRP", 0))
    if kind[0].upper() not in ("CVRP", "VRP"):
        raise VrpFileError(f"TYPE is {kind[0]!r}; only CVRP is solved.", kind[1])
    nodes = _whole(content, "DIMENSION", least=2, most=MOST_NODES)
    capacity = _whole(content, "CAPACITY", least=1, most=LARGEST)
    scale = SCALE if unrounded else 1
    distance = _distance(content, nodes, scale)
    demand = _demand(content, nodes, capacity)
    depot = _depot(content, nodes)
    if demand[depot]:
        raise VrpFileError(f"DEMAND_SECTION: node {depot + 1} is the depot and must have demand 0.")
    order = [depot, *(node for node in range(nodes) if node != depot)]
    optional = {name: _number(content, name) for name in ("DISTANCE", "SERVICE_TIME") if name in content.heads}
    return VrpFile(
        name=content.heads.get("NAME", ("", 0))[0],
        distance=distance[np.ix_(order, order)],
        demand=demand[order[1:]],
        capacity=capacity,
        node=tuple(node + 1 for node in order),
        vehicles=_whole(content, "VEHICLES", least=1, most=nodes) if "VEHICLES" in content.heads else None,
        longest=int(optional["DISTANCE"] * scale) if "DISTANCE" in optional else None,
        service=int(optional.get("SERVICE_TIME", 0) * scale),
        scale=scale,
    )


def _content(data: bytes) -> _Content:
    content = _Content()
    section: list[tuple[str, int]] | None = None
    for number, line in enumerate(_lines(data), start=1):
        text = line.strip()
        word = text.split(":")[0].strip().upper()
        if not text:
            continue
        if word == "EOF":
            break
        if word in SECTIONS:
            if word in content.sections:
                raise VrpFileError(f"{word} stands twice.", number)
            section = content.sections[word] = []
        elif re.match(r"[A-Za-z_]+\s*:", text):
            section = None
            if word in content.heads and word != "COMMENT":
                raise VrpFileError(f"{word} stands twice.", number)
            content.heads[word] = (text.partition(":")[2].strip(), number)
        elif section is not None:
            section.append((text, number))
        else:
            raise VrpFileError(f"{text[:40]!r} belongs to no section; expected KEYWORD : value, or a section.", number)
    if not content.heads:
        raise VrpFileError("The file holds no routing problem: there is no line such as DIMENSION : 101.")
    return content


def _lines(data: bytes) -> list[str]:
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return data.decode("latin-1").splitlines()  # names in comments; numbers are ASCII in both


def _number(content: _Content, name: str) -> float:
    if name not in content.heads:
        raise VrpFileError(f"{name} is missing; expected a line {name} : number.")
    text, line = content.heads[name]
    return _value(text, line, name)


def _value(text: str, line: int, what: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise VrpFileError(f"{what}: {text[:40]!r} is not a number.", line) from error
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise VrpFileError(f"{what}: {text[:40]!r} is beyond {LARGEST}.", line)
    return value


def _whole(content: _Content, name: str, *, least: int, most: int) -> int:
    value = _number(content, name)
    if value != int(value) or not least <= value <= most:
        text, line = content.heads[name]
        raise VrpFileError(f"{name} is {text}; expected a whole number from {least} to {most}.", line)
    return int(value)


def _distance(content: _Content, nodes: int, scale: int) -> NDArray[np.int64]:
    kind, line = content.heads.get("EDGE_WEIGHT_TYPE", ("EUC_2D", 0))
    if kind.upper() == "EXPLICIT":
        return _explicit(content, nodes, scale)
    if kind.upper() not in PLANE:
        raise VrpFileError(f"EDGE_WEIGHT_TYPE is {kind!r}; known are {', '.join(PLANE)} and EXPLICIT.", line)
    at = _coordinates(content, nodes)
    apart = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1)) * scale
    return np.ceil(apart).astype(np.int64) if kind.upper() == "CEIL_2D" else np.floor(apart + 0.5).astype(np.int64)


def _coordinates(content: _Content, nodes: int) -> NDArray[np.float64]:
    at = np.full((nodes, 2), np.nan)
    for fields, line in _rows(content, "NODE_COORD_SECTION", 3):
        node = _node(fields[0], line, nodes)
        if not np.isnan(at[node, 0]):
            raise VrpFileError(f"Node {node + 1} has coordinates twice.", line)
        at[node] = [_value(text, line, "A coordinate") for text in fields[1:]]
    _all_named(~np.isnan(at[:, 0]), "NODE_COORD_SECTION", "coordinates")
    return at


def _demand(content: _Content, nodes: int, capacity: int) -> NDArray[np.int64]:
    demand = np.full(nodes, -1, dtype=np.int64)
    for fields, line in _rows(content, "DEMAND_SECTION", 2):
        node, value = _node(fields[0], line, nodes), _value(fields[1], line, "A demand")
        if demand[node] >= 0:
            raise VrpFileError(f"Node {node + 1} has a demand twice.", line)
        if value != int(value) or not 0 <= value <= capacity:
            raise VrpFileError(f"Node {node + 1} demands {fields[1]}; expected a whole number to {capacity}.", line)
        demand[node] = int(value)
    _all_named(demand >= 0, "DEMAND_SECTION", "a demand")
    return demand


def _depot(content: _Content, nodes: int) -> int:
    texts = [(text, line) for row, line in content.sections.get("DEPOT_SECTION", []) for text in row.split()]
    depots = []
    for text, line in texts:
        if text == "-1":
            break
        depots.append(_node(text, line, nodes))
    if len(depots) > 1:
        raise VrpFileError(f"DEPOT_SECTION names {len(depots)} depots; problems with one are solved.", texts[0][1])
    return depots[0] if depots else 0


def _explicit(content: _Content, nodes: int, scale: int) -> NDArray[np.int64]:
    shape, line = content.heads.get("EDGE_WEIGHT_FORMAT", ("", 0))
    shape = shape.upper()
    if shape not in SHAPES:
        raise VrpFileError(f"EDGE_WEIGHT_FORMAT is {shape!r}; known are {', '.join(SHAPES)}.", line)
    values = [
        _value(text, line, "A distance")
        for row, line in content.sections.get("EDGE_WEIGHT_SECTION", [])
        for text in row.split()
    ]
    places = _cells(shape, nodes)
    if len(values) != len(places[0]):
        raise VrpFileError(f"EDGE_WEIGHT_SECTION holds {len(values)} numbers; {shape} needs {len(places[0])}.")
    if min(values, default=0) < 0:
        raise VrpFileError("EDGE_WEIGHT_SECTION holds a negative distance.")
    table = np.zeros((nodes, nodes))
    table[places] = values
    if shape != "FULL_MATRIX":
        table[places[1], places[0]] = values
    np.fill_diagonal(table, 0)
    return np.floor(table * scale + 0.5).astype(np.int64)


def _cells(shape: str, nodes: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the numbers in the order of the file; by columns is the other triangle by rows."""
    if shape == "FULL_MATRIX":
        rows, columns = np.divmod(np.arange(nodes * nodes), nodes)
    elif shape in ("LOWER_ROW", "UPPER_COL"):
        rows, columns = np.tril_indices(nodes, -1)
    elif shape == "LOWER_DIAG_ROW":
        rows, columns = np.tril_indices(nodes)
    elif shape == "UPPER_DIAG_ROW":
        rows, columns = np.triu_indices(nodes)
    else:
        rows, columns = np.triu_indices(nodes, 1)
    return rows, columns


def _rows(content: _Content, section: str, width: int) -> Iterator[tuple[list[str], int]]:
    if section not in content.sections:
        raise VrpFileError(f"{section} is missing.")
    for text, line in content.sections[section]:
        fields = text.split()
        if len(fields) != width:
            raise VrpFileError(f"{section} expects {width} numbers a line, this one has {len(fields)}.", line)
        yield fields, line


def _node(text: str, line: int, nodes: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= nodes:
        raise VrpFileError(f"{text[:40]!r} is no node; nodes are numbered 1 to {nodes}.", line)
    return int(text) - 1


def _all_named(named: NDArray[np.bool_], section: str, what: str) -> None:
    if not named.all():
        raise VrpFileError(f"{section}: node {int(np.argmin(named)) + 1} has no {what.removeprefix('a ')}.")
