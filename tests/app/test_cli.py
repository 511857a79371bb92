"""The command line as people and programs use it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.cli_common import explain
from app.settings import PROJECT


def call(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=given)


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def read_pay(*arguments: str, given: str | bytes | None = None) -> list[tuple[object, ...]]:
    found = rows(call("read-pay", "--json", *arguments, given=given))
    return [(row["line"], row["text"], row["min"], row["max"], row["period"]) for row in found]


def run(*arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, **options)


EXPECTED = [(1, "5-8千/月", 5000, 8000, "month"), (3, "200元/天", 200, 200, "day")]


def test_help_answers_at_once() -> None:
    """Nothing heavy is imported before a command is called."""
    heavy = ["sqlalchemy", "fastapi", "pydantic", "numpy", "sklearn", "babel", "structlog", "asyncio"]
    code = f"import sys, app.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert "read-pay" in call("--help").output


@pytest.mark.parametrize("command", ["serve", "runner", "migrate", "code-titles", "read-pay"])
def test_every_command_speaks_json_and_explains_itself(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert "--json" in result.output


def test_lines_from_standard_input() -> None:
    assert read_pay(given="5-8千/月\n\n200元/天\n") == EXPECTED


def test_empty_lines_before_the_first_count() -> None:
    assert read_pay(given="\n \n面议\n")[0][:2] == (3, "面议")


def test_nothing_given_is_nothing_read() -> None:
    assert read_pay(given="") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_texts_in_the_encodings_offices_use(encoding: str) -> None:
    assert read_pay(given="5-8千/月\n\n200元/天".encode(encoding)) == EXPECTED


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "pay.txt"
    file.write_bytes(b"200\n\xff\xff\xff\n")
    result = call("read-pay", str(file))
    assert result.exit_code == 1
    assert "Line 2 is neither UTF-8 nor GB18030" in result.stderr


def test_a_table_by_its_usual_column_keeps_the_record(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text('岗位,薪资\n普工,5-8千/月\n"焊工\n（二保）",\n,\n仓管,200元/天\n')
    found = rows(call("read-pay", str(file), "--json"))
    assert [(row["line"], row["min"]) for row in found] == [(2, 5000), (4, None), (6, 200)]
    assert found[1]["input"] == {"岗位": "焊工\n（二保）", "薪资": ""}


def test_a_table_by_a_named_column(tmp_path: Path) -> None:
    file = tmp_path / "posts.tsv"
    file.write_text("what\tgives\nx\t200元/天\n")
    assert read_pay(str(file), "--column", "gives") == [(2, "200元/天", 200, 200, "day")]
    result = call("read-pay", str(file))
    assert result.exit_code == 1
    assert "--column" in result.stderr
    assert "what, gives" in result.stderr


def test_json_lines_from_a_pipe() -> None:
    given = '{"id": 7, "text": "5-8千/月"}\n\n"200元/天"\n'
    assert read_pay(given=given) == EXPECTED
    assert rows(call("read-pay", "--json", given=given))[0]["input"] == {"id": 7, "text": "5-8千/月"}


@pytest.mark.parametrize(("broken", "told"), [('{"text": "a"}\n{"text"', "Line 2 is not JSON"), ("{}\n", "Line 1")])
def test_broken_json_lines_name_the_line(broken: str, told: str) -> None:
    result = call("read-pay", "--json", given=broken)
    assert result.exit_code == 1
    assert told in result.stderr


def test_for_people_one_line_per_text() -> None:
    result = call("read-pay", given="5-8千/月\n面议\n每件3毛\n")
    assert [line.split("\t")[0] for line in result.stdout.splitlines()][:2] == ["5000-8000", "negotiable"]
    assert len(result.stdout.splitlines()) == 3


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = call("read-pay", str(tmp_path / "none.txt"))
    assert result.exit_code == 2
    assert "No such file" in result.output


def test_answers_come_line_by_line() -> None:
    command = [sys.executable, "-m", "app.cli", "read-pay", "--json"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text, lowest in (("5-8千/月", 5000), ("200元/天", 200)):
            process.stdin.write(f"{text}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["min"] == lowest  # before the input has ended
        process.stdin.close()
    assert process.returncode == 0


def test_a_system_that_cannot_is_told_in_a_sentence() -> None:
    """No database behind the address: code 3, and no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "migrate"],
        cwd=PROJECT,
        env={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DUIJIE_DATA_DIR": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert "duijie: " in done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_without_words_is_named() -> None:
    assert explain(TimeoutError()) == "TimeoutError"
