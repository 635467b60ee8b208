"""What a simulated vendor's folder offers to the rest: one `SimulatedPos`, listed in `simulator.pos`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from starlette.applications import Starlette

from simulator.core.faults import Faults
from simulator.ledger import Ledger


class CreateApp(Protocol):
    """Makes the application that serves a ledger as one account of a vendor."""

    def __call__(
        self,
        ledger: Ledger,
        *,
        faults: Faults | None = None,
        clock: Callable[[], datetime] | None = None,
        scopes: Iterable[str] = ...,
    ) -> Starlette:
        """Serves a ledger.

        Args:
            ledger: What happened.
            faults: What goes wrong; can be changed while the application serves. Default: nothing.
            clock: The vendor's time, aware; nothing that becomes visible later is told. Default: the
                ledger's end.
            scopes: What the credentials may read. Default: everything.

        Returns:
            The application, with `app.state.requests`, `.account` and `.faults`.
        """


@dataclass(frozen=True)
class SimulatedPos:
    """One simulated vendor.

    Attributes:
        pos: Its name, as `connections.yaml` has it.
        create_app: Makes the application that serves a ledger.
        connection: Settings of a connection to a base URL, as they stand in `connections.yaml`, without `id`;
            secrets as `${NAME}`.
        secrets: The environment variables that those name, which open nothing but the simulator.
        told: What of a ledger this vendor can tell in one connection, with the ledger's ids and amounts.
        differences: One sentence for each thing that `told` changes, and why the vendor cannot tell it.
        weighs: Shops on it sell by weight; where quantities are whole, a shop counts its goods.
    """

    pos: str
    create_app: CreateApp
    connection: Callable[[str], dict[str, Any]]
    secrets: Mapping[str, str]
    told: Callable[[Ledger], Ledger]
    differences: tuple[str, ...] = ()
    weighs: bool = True
