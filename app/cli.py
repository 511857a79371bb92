"""``duijie``: what can be done without the pages.

Every command takes ``--json``: then standard output carries machine-readable JSON and nothing else; progress and
remarks go to standard error. Exit codes: 0 fine · 1 the input has problems, each one told · 2 wrong usage · 3 the
system cannot do it now (no database, no key file), with what to do.

A command imports what it needs when it is called, so that ``--help`` answers at once.
"""

import sys

import typer

from app import (
    cli_accounts,
    cli_data,
    cli_demo,
    cli_keys,
    cli_match,
    cli_read,
    cli_route,
    cli_serve,
    cli_sheet,
    cli_trail,
)
from app.cli_common import SYSTEM, explain

# The one place where commands are made known: each module brings a Typer of its own.
COMMAND_MODULES = (
    cli_serve,
    cli_accounts,
    cli_demo,
    cli_data,
    cli_match,
    cli_sheet,
    cli_read,
    cli_route,
    cli_trail,
    cli_keys,
)

app = typer.Typer(
    help="Duijie: match people who want work with vacancies. Exit codes: 0 fine, 1 the input has problems, "
    "2 wrong usage, 3 the system cannot do it now.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would show local variables
)
for module in COMMAND_MODULES:
    app.add_typer(module.commands)


def main() -> None:
    """The console command."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 (whatever it is, a person at a terminal gets a sentence and a code)
        print(f"duijie: {explain(error)}", file=sys.stderr)
        sys.exit(SYSTEM)


if __name__ == "__main__":
    main()
