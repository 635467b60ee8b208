"""Every point-of-sale system that is simulated as a server, by the name that `connections.yaml` uses."""

from simulator.clover import SIMULATED as CLOVER
from simulator.core.simulated import SimulatedPos
from simulator.generic import SIMULATED as GENERIC
from simulator.lightspeed_k import SIMULATED as LIGHTSPEED_K
from simulator.lightspeed_r import SIMULATED as LIGHTSPEED_R
from simulator.lightspeed_x import SIMULATED as LIGHTSPEED_X
from simulator.shopify import SIMULATED as SHOPIFY
from simulator.square import SIMULATED as SQUARE
from simulator.toast import SIMULATED as TOAST

SIMULATED: dict[str, SimulatedPos] = {
    simulated.pos: simulated
    for simulated in (SQUARE, SHOPIFY, TOAST, CLOVER, LIGHTSPEED_R, LIGHTSPEED_X, LIGHTSPEED_K, GENERIC)
}
