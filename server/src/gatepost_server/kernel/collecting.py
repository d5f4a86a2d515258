"""The collector of cycles, in processes that do the same short work over and over."""

import gc
from typing import Final

_COLLECTED_AFTER: Final = (50_000, 20, 20)


def collect_seldom() -> None:
    """Leave what was loaded so far alone, and look through the rest less often; before serving.

    What a process loaded stays, so the collector need not go through it again and again. A call
    leaves few cycles, and may wait for some hundred others.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
