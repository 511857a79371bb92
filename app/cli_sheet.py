"""``duijie check-sheet``: what a sheet would bring in, without bringing anything in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli_common import INPUT_PROBLEMS, STDIN, AsJson, opened, put_json

commands = typer.Typer()

PROBLEMS_PRINTED = 50


class Language(StrEnum):
    ZH = "zh"
    EN = "en"

    @property
    def locale(self) -> str:
        return "zh_Hans" if self is Language.ZH else "en"


File = Annotated[str, typer.Argument(help="An xlsx, xls, ods or csv file; - is standard input.")]
Home = Annotated[str | None, typer.Option(help="Code of the office's own division, to tell places apart.")]
Lang = Annotated[Language, typer.Option(help="Language of the messages.")]


@commands.command()
def check_sheet(file: File, home: Home = None, lang: Lang = Language.ZH, as_json: AsJson = False) -> None:
    """Read a demand or supply list: which column was taken for what, and each problem of each row, with how to mend it.

    Nothing is stored, no database is needed. Identity numbers, phones and names are masked. Exit code 1: the sheet is
    refused, a required column is missing, no row is found, or some rows are bad.
    """
    from app.intake.check_sheet import check_sheet as check  # noqa: PLC0415 (start-up time)
    from app.shared.clock import day_of, system_clock  # noqa: PLC0415

    with opened(file) as stream:
        data = stream.read()
    name = "-" if file == STDIN else Path(file).name
    found = check(data, name, day_of(system_clock()), home_code=home, locale=lang.locale)
    if as_json:
        put_json(found)
    else:
        for line in report_lines(found, lang.locale):
            typer.echo(line)
    if "refused" in found or found["missing"] or found["rows"]["bad"] or not found["rows"]["read"]:
        raise typer.Exit(INPUT_PROBLEMS)


def report_lines(found: dict[str, Any], locale: str) -> list[str]:
    """The findings for a person."""
    from app.shared.i18n import gettext  # noqa: PLC0415 (start-up time)

    if refused := found.get("refused"):
        return [f"{found['file']}: {refused['cause']} {refused['mend']}"]
    counted = {"file": f"{found['file']} {found['sheet']}".strip(), **found["rows"]}
    lines = [gettext(locale, "%(file)s: %(read)s rows, of which %(good)s good and %(bad)s bad", **counted)]
    if missing := [one["header"] for one in found["missing"]]:
        lines.append(gettext(locale, "Required columns not found: %(names)s", names=" ".join(missing)))
    lines += ["", gettext(locale, "Columns"), *(_column_line(column, locale) for column in found["columns"])]
    if skipped := found["skipped"]:
        lines += ["", gettext(locale, "Rows passed over"), *(f"  {one['label']}: {one['rows']}" for one in skipped)]
    if problems := found["problems"]:
        shown = problems[:PROBLEMS_PRINTED]
        lines += ["", gettext(locale, "Problems"), *(_problem_line(problem, locale) for problem in shown)]
        if left := len(problems) - len(shown) + found["problems_left_off"]:
            lines.append("  " + gettext(locale, "and %(left)s more; with --json they are all listed", left=left))
    return lines


def _column_line(column: dict[str, Any], locale: str) -> str:
    """The header, and the field it is taken for: ``?`` where a person has to say, ``-`` where it is not kept."""
    from app.intake.fields import fields  # noqa: PLC0415 (start-up time)

    if column["action"] == "take":
        taken_for = fields()[column["field"]].template_header(locale)
    else:
        taken_for = "?" if column["action"] == "ask" else "-"
    return f"  {column['column']}  {column['header']} → {taken_for}  {column['reason']}".rstrip()


def _problem_line(problem: dict[str, Any], locale: str) -> str:
    from app.shared.i18n import gettext  # noqa: PLC0415 (start-up time)

    row = gettext(locale, "row %(row)s", row=problem["row"])
    return f"  {row} {problem['label']}: {problem['cause']} {problem['mend']}".rstrip()
