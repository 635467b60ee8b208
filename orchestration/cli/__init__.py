"""The `pos` command. Each command's work stands in a module of its own, imported when it is called."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import explain

DAY = ["%Y-%m-%d"]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=DAY, help="Day on which the orders would be placed. Default: today."),
]


class Urgency(StrEnum):
    """How much a person wants to see, from the least."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


app = typer.Typer(
    name="pos",
    help="From point-of-sale systems to an order list.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "Examples:\n\n" + "\n\n".join(f"`{line}`" for line in lines)


def main() -> None:
    """Runs the command line; a known trouble is told in one sentence on standard error."""
    from dotenv import load_dotenv

    load_dotenv(Path.cwd() / ".env")
    try:
        app()
    except Exception as error:  # noqa: BLE001  # the last place that can keep a traceback from a person
        sys.exit(explain(error))


@app.command(epilog=examples("pos check", "pos check square"))
def check(
    connection: Annotated[str | None, typer.Argument(help="Id of a connection. Default: all.")] = None,
) -> None:
    """Try the credentials, scopes and reachability of the connections, and read the planning settings."""
    from orchestration.cli.check import check_connections

    check_connections(connection)


@app.command(
    epilog=examples("pos refresh", "pos refresh --connection square", "pos refresh --as-of 2026-01-31")
)
def refresh(
    connection: Annotated[
        list[str] | None,
        typer.Option(help="Read only this connection; may be given several times. Default: all."),
    ] = None,
    as_of: AsOf = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build every table from nothing, not only what changed.")
    ] = False,
) -> None:
    """Read what is new, build and test everything, make the order list and publish."""
    from orchestration.cli.refresh import refresh_warehouse

    refresh_warehouse(connections=connection or [], as_of=as_of and as_of.date(), full_refresh=full_refresh)


@app.command(epilog=examples("pos backfill square --from 2025-03-01 --to 2025-03-31"))
def backfill(
    connection: Annotated[str, typer.Argument(help="Id of the connection.")],
    start: Annotated[datetime, typer.Option("--from", formats=DAY, help="First day of sale.")],
    end: Annotated[datetime, typer.Option("--to", formats=DAY, help="Last day of sale.")],
    as_of: AsOf = None,
) -> None:
    """Read the sales of some days again, then build and publish."""
    from orchestration.cli.refresh import backfill_connection

    backfill_connection(connection, start.date(), end.date(), as_of=as_of and as_of.date())


@app.command(
    epilog=examples(
        'pos sql "select * from marts.daily_revenue order by business_date desc limit 7"',
        "pos sql \"from planning.order_recommendations where urgency = 'high'\" --csv > orders.csv",
    )
)
def sql(
    query: Annotated[str, typer.Argument(help="One SQL statement.")],
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV instead of a table.")] = False,
) -> None:
    """Ask the published warehouse; nothing can be changed by it."""
    from orchestration.cli.query import run_query

    run_query(query, as_csv=csv)


@app.command(
    epilog=examples(
        "pos report",
        "pos report total_revenue --from 2026-01-01 --to 2026-01-31",
        "pos report top_items_by_revenue --pos square --location 'Harbour Street'",
        "pos report daily_trend --csv > days.csv",
    )
)
def report(
    question: Annotated[
        str | None, typer.Argument(help="Name of a question. Default: list them all.")
    ] = None,
    *,
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=DAY, help="First business date. Default: 30 days in all."),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=DAY, help="Last business date. Default: the last before the last build."
        ),
    ] = None,
    pos: Annotated[str | None, typer.Option(help="Only this system. Default: all.")] = None,
    location: Annotated[
        str | None,
        typer.Option(
            help="Only this store, by its key, its id or its name, in all its systems. Default: all."
        ),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV instead of a table.")] = False,
) -> None:
    """Answer a question about the sales of some days, from the published warehouse."""
    from orchestration.cli.report import answer_question, list_questions

    if question is None:
        list_questions()
        return
    answer_question(
        question,
        start=start and start.date(),
        end=end and end.date(),
        pos=pos,
        location=location,
        as_csv=csv,
    )


@app.command(
    epilog=examples(
        "pos orders",
        "pos orders --urgency high --why",
        "pos orders --supplier 'Harbour Coffee' --location 'Castle Row'",
        "pos orders --budget 5000",
        "pos orders --budget EUR=5000 --budget USD=3000 --csv orders-2026-11-28",
    )
)
def orders(
    *,
    urgency: Annotated[
        Urgency | None, typer.Option(help="Only orders that are at least as urgent as this. Default: all.")
    ] = None,
    supplier: Annotated[
        str | None,
        typer.Option(help="Only this supplier, by its id or name; none: items without one. Default: all."),
    ] = None,
    location: Annotated[
        str | None, typer.Option(help="Only this store, by its key, its id or its name. Default: all.")
    ] = None,
    budget: Annotated[
        list[str] | None,
        typer.Option(
            help="Spend no more than this on what is listed, where it saves most: 5000, or EUR=5000 once for "
            "each currency."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also items with nothing to order and items without stock figure.")
    ] = False,
    why: Annotated[bool, typer.Option("--why", help="Say the reason of each row.")] = False,
    csv: Annotated[
        Path | None,
        typer.Option(
            help="Write purchase orders into this new folder instead: one file for each supplier, and for "
            "each store and currency."
        ),
    ] = None,
) -> None:
    """Show what to order, the most urgent first, from the published warehouse."""
    from orchestration.cli.orders import Chosen, show_orders

    chosen = Chosen(urgency and urgency.value, supplier, location, everything)
    show_orders(chosen, budget or [], with_reasons=why, folder=csv)


@app.command(epilog=examples("pos review"))
def review() -> None:
    """Does following the order list pay? Replays the last 12 weeks with it and with a naive rule."""
    from orchestration.cli.review import review_policy

    review_policy()


@app.command(epilog=examples("pos docs", "pos docs --open"))
def docs(show: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False) -> None:
    """Write the documentation of every table and column of the published warehouse, as one page."""
    from orchestration.cli.docs import write_docs

    write_docs(show=show)


@app.command(epilog=examples("pos status"))
def status() -> None:
    """Show what is published, how fresh each connection is and how the last run went."""
    from orchestration.cli.versions import show_status

    show_status()


@app.command(epilog=examples("pos rollback", "pos rollback v20261122T023000"))
def rollback(
    version: Annotated[
        str | None, typer.Argument(help="Default: the version before the present one.")
    ] = None,
) -> None:
    """Make an earlier version the published one, until the next run publishes."""
    from orchestration.cli.versions import roll_back

    roll_back(version)


@app.command(epilog=examples("pos demo", "POS_DATA_DIR=/tmp/demo pos demo"))
def demo() -> None:
    """Run everything on simulated shops, in a data folder of its own (data/demo)."""
    from orchestration.cli.demo import run_demo

    run_demo()


@app.command(epilog=examples("pos simulate", "pos simulate --port 8800 --stores 12 --days 90"))
def simulate(
    port: Annotated[
        int,
        typer.Option(
            help="Port of the first system, the others have the next; 0: free ones.", min=0, max=65535
        ),
    ] = 8800,
    stores: Annotated[int, typer.Option(help="Number of shops of the largest business.", min=1, max=100)] = 3,
    days: Annotated[int, typer.Option(help="Days of sales before today.", min=1, max=1500)] = 120,
) -> None:
    """Serve simulated shops as every vendor's API on this machine, until Ctrl-C."""
    from orchestration.cli.simulate import serve_shops

    serve_shops(port=port, stores=stores, days=days)


@app.command(epilog=examples("pos ui", "pos ui --port 3100"))
def ui(port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 3000) -> None:
    """Open Dagster: assets, runs, checks and schedules."""
    from orchestration.cli.ui import open_ui

    open_ui(port)
