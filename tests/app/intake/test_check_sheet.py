"""The dry run as JSON: columns, problems in words, masked samples; a refused file is an answer."""

import ast
import json
import re
from datetime import date
from pathlib import Path

import app.intake
from app.intake.check_sheet import check_sheet
from app.intake.messages import COLUMN_REASONS, FILE_PROBLEMS, PROBLEMS, SKIP_REASONS, problem_text
from app.shared.i18n import gettext
from tests.app.intake.workbooks import id_number, xlsx

TODAY = date(2026, 11, 21)
ROWS = [
    ["乡镇", "姓名", "身份证号", "联系电话", "民族", "与户主关系", "意向地点", "怪列", "从事行业"],
    ["乌兰镇", "王小梅", id_number(2), "13800138000", "某族", "配偶", "苏州", "13900000000", "制造"],
    ["乌兰镇", "李大牛", id_number(3)[:-1], "1380013800", "某族", "户主", "火星", "x", "建筑"],
    ["乌兰镇", "张小燕", id_number(4), "13800138002", "某族", "之女", "省外", "y", "服务"],
]


def test_a_list_is_described_whole() -> None:
    answer = check_sheet(xlsx(ROWS), "名单.xlsx", TODAY, home_code="620421")
    assert json.loads(json.dumps(answer, ensure_ascii=False)) == answer
    assert (answer["list"], answer["header_rows"], answer["first_data_row"]) == ("demand", [1, 1], 2)
    assert answer["rows"] == {"read": 3, "good": 2, "bad": 1}
    assert answer["levels"]["error"] == 1
    columns = {column["header"]: column for column in answer["columns"]}
    assert columns["民族"]["action"] == "drop"
    assert columns["从事行业"]["action"] == "ask"
    assert columns["从事行业"]["suggestions"]


def test_problems_say_what_where_and_what_to_do() -> None:
    answer = check_sheet(xlsx(ROWS), "名单.xlsx", TODAY)
    problem = next(one for one in answer["problems"] if one["code"] == "id_17_digits")
    assert (problem["row"], problem["column"], problem["level"], problem["label"]) == (3, "C", "error", "身份证号")
    assert "17" in problem["cause"]
    assert problem["mend"]
    english = check_sheet(xlsx(ROWS), "list.xlsx", TODAY, locale="en")
    assert "Compare it with the card" in next(p for p in english["problems"] if p["code"] == "id_17_digits")["mend"]


def test_no_identity_value_and_no_forbidden_word_is_shown() -> None:
    text = json.dumps(check_sheet(xlsx(ROWS), "名单.xlsx", TODAY), ensure_ascii=False)
    shown = [
        word
        for word in (id_number(2), id_number(3)[:-1], "13800138000", "13900000000", "王小梅", "某族", "配偶")
        if word in text
    ]
    assert not shown


def test_only_so_many_problems_are_listed_and_the_rest_counted() -> None:
    answer = check_sheet(xlsx(ROWS), "名单.xlsx", TODAY, most_problems=1)
    assert len(answer["problems"]) == 1
    assert answer["problems_left_off"] == sum(answer["problem_counts"].values()) - 1


def test_a_refused_file_is_an_answer() -> None:
    answer = check_sheet(b"%PDF-1.4", "a.pdf", TODAY)
    assert answer["refused"]["code"] == "is_pdf"
    assert answer["refused"]["mend"].endswith("。")
    assert check_sheet(xlsx([["a", "b"], ["c", "d"]]), "a.xlsx", TODAY)["refused"]["code"] == "no_header"


def test_every_code_that_can_be_reported_has_its_words() -> None:
    folder = Path(app.intake.__file__).parent
    files = [folder / "row_checks.py", *folder.glob("reading/*.py"), *folder.glob("values/*.py")]
    files.append(folder.parent / "shared" / "identity_numbers.py")
    reported = {code for path in files for code in _codes(path)}
    assert len(reported) > 90
    assert sorted(reported - set(PROBLEMS) - set(FILE_PROBLEMS) - set(COLUMN_REASONS) - set(SKIP_REASONS)) == []


def _codes(path: Path) -> set[str]:
    """First arguments of what makes problems, and the codes row checks yield."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            at = {
                "ask": 0,
                "refuse": 0,
                "noted": 1,
                "Issue": 1,
                "NumberProblem": 0,
                "FileRefused": 0,
                "asked": 1,
                "Problem": 3,
            }.get(node.func.id)
            if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                found.add(node.args[at].value)  # type: ignore[attr-defined]
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 4:
            code = node.value.elts[2]
            found |= {code.value} if isinstance(code, ast.Constant) and isinstance(code.value, str) else set()
    return found


def test_words_take_the_parameters_their_code_brings() -> None:
    example = {name: 1 for cause, mend in PROBLEMS.values() for name in re.findall(r"%\((\w+)\)s", cause + mend)}
    for locale in ("zh_Hans", "en"):
        for code in PROBLEMS:
            assert "%(" not in "".join(problem_text(locale, code, example))
    assert gettext("zh_Hans", COLUMN_REASONS["not_kept"]) != COLUMN_REASONS["not_kept"]
