"""``duijie route``: solve a capacitated routing problem from a file."""

from typing import Annotated

import typer

from app.cli_common import INPUT_PROBLEMS, STDIN, AsJson, InputError, opened, put_json, remark

commands = typer.Typer()

File = Annotated[str, typer.Argument(help="A file in the format of TSPLIB and CVRPLIB (.vrp); - is standard input.")]
Seconds = Annotated[float, typer.Option(min=0.1, max=86_400, help="How long to search.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Another seed searches in another order.")]
Unrounded = Annotated[bool, typer.Option(help="Take distances in the plane as they are, not rounded to whole numbers.")]


@commands.command()
def route(
    file: File, seconds: Seconds = 30.0, seed: Seed = 1, unrounded: Unrounded = False, as_json: AsJson = False
) -> None:
    """Find short routes for vehicles of one capacity from one depot, with the solver that plans departures.

    Prints a solution as CVRPLIB writes it: a line for each route, then the cost. Exit code 1: the file cannot be read,
    or its vehicles do not suffice for all customers.
    """
    from app.departures.adapter import route as solve  # noqa: PLC0415 (start-up time)
    from app.departures.vrp_files import VrpFileError, read_vrp  # noqa: PLC0415

    with opened(file) as stream:
        data = stream.read()
    try:
        problem = read_vrp(data, unrounded=unrounded)
    except VrpFileError as error:
        raise InputError(f"{'Standard input' if file == STDIN else file}: {error}") from error
    found = solve(problem, seconds=seconds, seed=seed)
    cost = round(found.cost, 3) if problem.scale > 1 else round(found.cost)
    if as_json:
        put_json(
            {
                "name": problem.name,
                "customers": len(problem.demand),
                "capacity": problem.capacity,
                "cost": cost,
                "routes": found.routes,
                "left": found.left,
                "seconds": round(found.seconds, 2),
                "seed": seed,
            }
        )
    else:
        for number, customers in enumerate(found.routes, start=1):
            typer.echo(f"Route #{number}: {' '.join(map(str, customers))}")
        typer.echo(f"Cost {cost}")
    if found.left:
        remark(f"No vehicle is left for {len(found.left)} customers: {' '.join(map(str, found.left[:20]))}")
        raise typer.Exit(INPUT_PROBLEMS)
