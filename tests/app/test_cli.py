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


EXPECTED = [(1, "5-8千/月", 5000, 8000, "month"), (3, "200元/天", 200, 200, "day")]


def test_help_answers_at_once() -> None:
    """Nothing heavy is imported before a command is called."""
    heavy = ["sqlalchemy", "fastapi", "pydantic", "numpy", "sklearn", "babel", "structlog"]
    code = f"import sys, app.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert "read-pay" in call("--help").output


@pytest.mark.parametrize("command", ["serve", "runner", "migrate", "code-titles", "read-pay", "check-sheet", "route"])
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


HEADER = "乡镇,姓名,身份证号,本人电话,政治面貌,别的什么"
GOOD = "枞阳镇,江小满,340722199003070018,13800138000,群众,x"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "名单.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n枞阳镇,吴立春,,1380013800,,")
    return file


def test_a_sheet_with_bad_rows_is_checked_in_json(sheet: Path) -> None:
    result = call("check-sheet", str(sheet), "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["rows"]["read"] == 2
    assert [one["row"] for one in found["problems"] if one["field"] == "id_no"][-1] == 3
    assert "340722199003070018" not in result.stdout


def test_a_sheet_is_checked_for_people(sheet: Path) -> None:
    chinese = call("check-sheet", str(sheet))
    assert chinese.exit_code == 1
    assert "名单.csv：共 2 行" in chinese.stdout
    assert "F  别的什么 → -" in chinese.stdout
    assert "第 3 行 身份证号" in chinese.stdout
    english = call("check-sheet", str(sheet), "--lang", "en")
    assert "B  姓名 → Name*" in english.stdout
    assert "E  政治面貌 → -" in english.stdout


def test_a_file_that_is_no_sheet_is_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 not really")
    result = call("check-sheet", str(file))
    assert result.exit_code == 1
    assert result.stdout.startswith("broken.xlsx: ")
    assert "refused" in json.loads(call("check-sheet", str(file), "--json").stdout)


def test_titles_in_json_keep_their_order() -> None:
    found = rows(call("code-titles", "--json", given="电子厂普工\n\n焊工\n"))
    assert [(row["line"], row["text"]) for row in found] == [(1, "电子厂普工"), (3, "焊工")]
    assert [row["trade_family"] for row in found] == ["electronics", "welding"]


def test_titles_for_people() -> None:
    (line,) = call("code-titles", given="焊工\n").stdout.splitlines()
    assert line.split("\t")[-1] == "焊工"
    assert "焊" in line.split("\t")[1]


def run_without_server(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "duijie: The database does not answer"),
        ("mysql://127.0.0.1/none", "duijie: A setting is not right. DATABASE_URL: "),
    ],
)
def test_a_system_that_cannot_is_told_in_a_sentence(address: str, told: str, tmp_path: Path) -> None:
    done = run_without_server("migrate", DATABASE_URL=address, DUIJIE_DATA_DIR=str(tmp_path))
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith(told)
    assert "Traceback" not in done.stderr


def test_errors_in_a_sentence(tmp_path: Path) -> None:
    assert explain(KeyError()) == "KeyError"
    assert explain(TimeoutError()).startswith("The database does not answer")
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "none").open()
    assert str(tmp_path) in explain(missing.value)
