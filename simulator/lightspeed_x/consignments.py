"""Stock orders: consignments of the type SUPPLIER, and their products."""

from collections.abc import Iterator

from simulator.core.records import Collection, Record
from simulator.ledger import Ledger


class ConsignmentRenderer:
    """Writes a ledger's purchase orders."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def records(self) -> Iterator[Record]:
        """Every version of every stock order."""
        yield from ()

    def products(self, order: Record, orders: Collection) -> Collection:
        """What a stock order asks for, as a feed."""
        return Collection(())
