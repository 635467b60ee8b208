"""`pos check`: does what a person configured hold?"""

import typer
from rich.console import Console

from connectors.registry import CONNECTORS
from orchestration.assets.raw import chosen_connections
from orchestration.planning_settings import read_settings
from orchestration.settings import Settings


def check_connections(name: str | None) -> None:
    """Tries each connection and prints one line a finding; exits with 1 when one does not hold.

    Args:
        name: Id of the only connection to try; None for all.
    """
    console = Console(highlight=False, soft_wrap=True)
    settings = Settings.from_environment()
    connections = chosen_connections(settings, [name] if name else [])
    settings.required_hash_key()
    read_settings(settings.settings_dir)
    all_hold = True
    for connection in connections:
        connector = CONNECTORS[connection.pos]
        console.print(f"{connection.id} ({connector.title})", markup=False)
        for finding in connector.check(connection):
            mark = "ok    " if finding.holds else "FAILED"
            console.print(f"  {mark}  {finding.subject}: {finding.detail}", markup=False)
            all_hold = all_hold and finding.holds
    if not all_hold:
        raise typer.Exit(1)
