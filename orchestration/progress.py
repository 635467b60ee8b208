"""How a run tells a person what it is doing."""

from typing import Protocol


class Progress(Protocol):
    """Told by the assets, shown by whoever started the run."""

    def step(self, text: str) -> None:
        """Something was done or begun that is worth a line of its own."""

    def update(self, text: str) -> None:
        """How far the present work has come; the next update may take its place."""


class Quiet:
    """For runs that no one watches; Dagster keeps its own log of them."""

    def step(self, text: str) -> None:
        """Says nothing."""

    def update(self, text: str) -> None:
        """Says nothing."""
