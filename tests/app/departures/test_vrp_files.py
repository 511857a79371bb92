"""Routing files of others are read as their format says, and broken ones refused with the line."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.departures.vrp_files import VrpFileError, read_vrp

PLANE = """NAME : tiny
COMMENT : (three customers)
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 0.5 1
4 10 0
DEMAND_SECTION
1 0
2 4
3 5
4 6
DEPOT_SECTION
 1
 -1
EOF
"""


def explicit(shape: str, numbers: str) -> bytes:
    head = "DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nCAPACITY: 5\n"
    tail = "DEMAND_SECTION\n1 0\n2 1\n3 2\n"
    return f"{head}EDGE_WEIGHT_FORMAT: {shape}\nEDGE_WEIGHT_SECTION\n{numbers}\n{tail}".encode()


def test_distances_in_the_plane_are_rounded_to_the_nearest() -> None:
    read = read_vrp(PLANE.encode())
    assert read.name == "tiny"
    assert read.distance[0].tolist() == [0, 5, 1, 10]
    assert read.demand.tolist() == [4, 5, 6]
    assert (read.capacity, read.vehicles, read.longest, read.scale) == (10, None, None, 1)


def test_or_upwards_or_not_at_all() -> None:
    assert read_vrp(PLANE.replace("EUC_2D", "CEIL_2D").encode()).distance[0].tolist() == [0, 5, 2, 10]
    exact = read_vrp(PLANE.encode(), unrounded=True)
    assert (exact.distance[0].tolist(), exact.scale) == ([0, 5_000, 1_118, 10_000], 1_000)


@pytest.mark.parametrize(
    ("shape", "numbers"),
    [
        ("FULL_MATRIX", "0 1 2\n1 0 3\n2 3 0"),
        ("LOWER_ROW", "1\n2 3"),
        ("LOWER_DIAG_ROW", "0 1 0\n2 3 0"),
        ("UPPER_ROW", "1 2 3"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("LOWER_COL", "1 2 3"),
        ("UPPER_COL", "1 2 3"),
    ],
)
def test_every_shape_of_matrix(shape: str, numbers: str) -> None:
    assert read_vrp(explicit(shape, numbers)).distance.tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


def test_a_full_matrix_may_be_lopsided() -> None:
    assert read_vrp(explicit("FULL_MATRIX", "0 1 2 9 0 3 2 3 0")).distance[1].tolist() == [9, 0, 3]


def test_the_depot_comes_first_wherever_it_stands() -> None:
    text = PLANE.replace("1 0\n2 4\n", "1 4\n2 0\n").replace("DEPOT_SECTION\n 1", "DEPOT_SECTION\n 2")
    read = read_vrp(text.encode())
    assert read.node == (2, 1, 3, 4)
    assert read.distance[0, 1] == 5
    assert read.demand.tolist() == [4, 5, 6]


def test_limits_of_routes_and_vehicles_are_read() -> None:
    text = PLANE.replace("CAPACITY", "DISTANCE : 200\nSERVICE_TIME : 10\nVEHICLES : 2\nCAPACITY")
    read = read_vrp(text.encode())
    assert (read.longest, read.service, read.vehicles) == (200, 10, 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("TYPE : CVRP", "TYPE : TSP", "Line 3: TYPE is 'TSP'"),
        ("DIMENSION : 4", "DIMENSION : 1000000000", "Line 4: DIMENSION: '1000000000' is beyond"),
        ("DIMENSION : 4", "DIMENSION : 9000000", "Line 4: DIMENSION is 9000000; expected a whole number"),
        ("DIMENSION : 4", "DIMENSION : four", "Line 4: DIMENSION: 'four' is not a number"),
        ("DIMENSION : 4\n", "", "DIMENSION is missing"),
        ("DIMENSION : 4", "DIMENSION : 5", "node 5 has no coordinates"),
        ("CAPACITY : 10", "CAPACITY : nan", "beyond"),
        ("CAPACITY : 10", "CAPACITY : 5.5", "whole number"),
        ("CAPACITY : 10", "CAPACITY : 5", "Line 16: Node 4 demands 6; expected a whole number to 5"),
        ("EUC_2D", "GEO", "Line 5: EDGE_WEIGHT_TYPE is 'GEO'"),
        ("EUC_2D", "EXPLICIT", "EDGE_WEIGHT_FORMAT is ''"),
        ("2 3 4", "2 3", "Line 9: NODE_COORD_SECTION expects 3 numbers"),
        ("2 3 4", "2 3 1e400", "Line 9"),
        ("2 3 4", "1 3 4", "Node 1 has coordinates twice"),
        ("2 3 4", "9 3 4", "'9' is no node; nodes are numbered 1 to 4"),
        ("2 4\n", "", "node 2 has no demand"),
        ("2 4\n", "2 -4\n", "Line 14"),
        ("2 4\n", "²  4\n", "is no node"),
        ("1 0\n2 4", "1 3\n2 4", "depot and must have demand 0"),
        (" 1\n -1", " 1\n 2\n -1", "names 2 depots"),
        ("NODE_COORD_SECTION", "DEMAND_SECTION", "stands twice"),
        ("CAPACITY : 10", "CAPACITY : 10\nCAPACITY : 12", "CAPACITY stands twice"),
        ("NAME : tiny", "tiny", "Line 1: 'tiny' belongs to no section"),
    ],
)
def test_broken_files_are_refused_with_the_line(old: str, new: str, message: str) -> None:
    assert old in PLANE
    with pytest.raises(VrpFileError, match=re.escape(message)):
        read_vrp(PLANE.replace(old, new, 1).encode())


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff\xfe", b"PK\x03\x04 zip", "单位：人\n".encode(), b"NODE_COORD_SECTION\n"]
)
def test_what_is_no_routing_file_is_refused(data: bytes) -> None:
    with pytest.raises(VrpFileError):
        read_vrp(data)


@pytest.mark.parametrize("numbers", ["1 2", "1 2 3 4", "1 -2 3", "1 x 3"])
def test_matrices_of_another_size_or_sign_are_refused(numbers: str) -> None:
    with pytest.raises(VrpFileError):
        read_vrp(explicit("LOWER_ROW", numbers))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_is_refused_or_read_but_never_crashes(data: st.DataObject) -> None:
    lines = PLANE.splitlines()
    others = [*lines, "", "-1", "nan nan nan", "1 2 3 4", ":", "2 1e9 -1e9"]
    for _ in range(data.draw(st.integers(1, 4))):
        lines[data.draw(st.integers(0, len(lines) - 1))] = data.draw(st.sampled_from(others))
    try:
        read = read_vrp("\n".join(lines).encode())
    except VrpFileError:
        return
    assert read.distance.shape == (len(read.demand) + 1,) * 2
    assert (np.diagonal(read.distance) == 0).all()
