"""One simulated account: what happened, what a token may see of it, and what goes wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from simulator.core.faults import Faults
from simulator.core.records import Record
from simulator.core.tokens import Tokens
from simulator.ledger import Ledger


@dataclass
class Account:
    """What every vendor's account has; a vendor adds its records and its handlers.

    Attributes:
        now: The vendor's time, aware; nothing that becomes visible later is told.
        scopes: What the tokens may read; can be changed while it serves.
    """

    ledger: Ledger
    faults: Faults
    now: Callable[[], datetime]
    tokens: Tokens
    scopes: tuple[str, ...] = field(default=())

    def texts(self, records: Iterable[Record]) -> bytes:
        """The records' JSON, with a comma between them."""
        if self.faults.unreadable:
            return b",".join(self.faults.spoil_text(record.id, record.body) for record in records)
        return b",".join(record.body for record in records)
