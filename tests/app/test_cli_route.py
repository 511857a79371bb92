"""``duijie route``: a file in, routes out; a broken one is refused with the line."""

import json

from typer.testing import CliRunner, Result

from app.cli import app
from tests.app.departures.test_vrp_files import PLANE


def call(*arguments: str, given: str) -> Result:
    return CliRunner().invoke(app, ["route", "-", "--seconds", "0.3", *arguments], input=given)


def test_routes_are_printed_as_solutions_are_written() -> None:
    result = call(given=PLANE)
    assert result.exit_code == 0, result.output
    *routes, cost = result.stdout.splitlines()
    assert sorted(customer for route in routes for customer in route.partition(": ")[2].split()) == ["1", "2", "3"]
    assert [route.partition(":")[0] for route in routes] == ["Route #1", "Route #2"]
    assert cost == "Cost 25"


def test_json_says_the_same() -> None:
    result = call("--json", "--unrounded", given=PLANE)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["name"], answer["customers"], answer["capacity"], answer["left"]) == ("tiny", 3, 10, [])
    assert answer["cost"] == 25.298
    assert sorted(customer for route in answer["routes"] for customer in route) == [1, 2, 3]


def test_too_few_vehicles_leave_customers_and_say_so() -> None:
    result = call("--json", given=PLANE.replace("CAPACITY", "VEHICLES : 1\nCAPACITY"))
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["left"]) == 1
    assert "No vehicle is left for 1 customers" in result.stderr


def test_a_broken_file_is_refused_with_the_line() -> None:
    result = call(given=PLANE.replace("2 3 4", "2 3"))
    assert result.exit_code == 1
    assert "Standard input: Line 9: NODE_COORD_SECTION expects 3 numbers" in result.stderr
    assert result.stdout == ""


def test_a_missing_file_is_wrong_usage() -> None:
    result = CliRunner().invoke(app, ["route", "no-such-file.vrp"])
    assert result.exit_code == 2
