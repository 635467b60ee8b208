"""What the assets are given: the warehouse and someone to tell how far they are."""

from collections.abc import Iterator

import dagster as dg

from orchestration.progress import Quiet
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


@dg.resource(
    required_resource_keys={"progress"}, description="The working file, its lock and its audit stamp."
)
def warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
    """The warehouse of one run; a lock that a failed step still holds is given back at the run's end."""
    opened = Warehouse(Settings.from_environment(), tell=context.resources.progress.step)
    try:
        yield opened
    finally:
        opened.let_go()


RESOURCES = {"warehouse": warehouse, "progress": Quiet()}
