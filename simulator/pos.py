"""Every point-of-sale system that is simulated as a server, by the name that `connections.yaml` uses."""

from simulator.core.simulated import SimulatedPos
from simulator.square import SIMULATED as SQUARE

SIMULATED: dict[str, SimulatedPos] = {simulated.pos: simulated for simulated in (SQUARE,)}
