"""A whole small world for the flow: TikTok as an `Http`, a store in memory, a clock one can turn, faults on demand.

Every outside call goes through a `Wire`: it can refuse, lose the answer, or kill the process before or after the call
was carried out. The flow under test is the real one, with the real adapters for TikTok and real rows.
"""

from tests.sync.world.process import together
from tests.sync.world.shop import Made
from tests.sync.world.store import FakeStore
from tests.sync.world.tiktok import DPD, ROYAL, SHOP_ID, TikTok
from tests.sync.world.wire import Clock, Crash, Wire
from tests.sync.world.world import KEY, SECRET, World, forget

__all__ = [
    "DPD",
    "KEY",
    "ROYAL",
    "SECRET",
    "SHOP_ID",
    "Clock",
    "Crash",
    "FakeStore",
    "Made",
    "TikTok",
    "Wire",
    "World",
    "forget",
    "together",
]
