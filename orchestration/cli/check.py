"""`pos check`: does what a person configured hold?"""

import sys

import typer
from rich.box import HORIZONTALS
from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.registry import CONNECTORS
from orchestration.assets.raw import chosen_connections
from orchestration.cli.query import published
from orchestration.planning_settings import read_settings
from orchestration.settings import Settings
from orchestration.settings_keys import unknown_keys

WIDTH = 160
"""Where no terminal says how wide it is."""


def check_connections(name: str | None) -> None:
    """Tries each connection and prints a table of findings each; exits with 1 when one does not hold.

    What the planning settings name is compared with the published warehouse, once there is one.

    Args:
        name: Id of the only connection to try; None for all.
    """
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    settings = Settings.from_environment()
    connections = chosen_connections(settings, [name] if name else [])
    settings.required_hash_key()
    tables = read_settings(settings.settings_dir)
    all_hold = True
    for connection in connections:
        connector = CONNECTORS[connection.pos]
        table = Table(box=HORIZONTALS, title=f"{connection.id} ({connector.title})", title_justify="left")
        for column in ("", "tried", "found"):
            table.add_column(column, overflow="fold")
        for finding in connector.check(connection):
            mark = "ok" if finding.holds else "FAILED"
            # as text: a bracket in a vendor's answer is no mark-up
            table.add_row(mark, Text(finding.subject), Text(finding.detail))
            all_hold = all_hold and finding.holds
        console.print(table)
    if settings.published_file.exists():
        with published(settings) as warehouse:
            for sentence in unknown_keys(warehouse, tables["replenishment"], settings.settings_dir):
                console.print(f"Worth a look: {sentence}", markup=False, soft_wrap=True)
    if not all_hold:
        raise typer.Exit(1)
