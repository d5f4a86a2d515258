"""Sizes in bytes as people say them."""

from typing import Final

_KIB: Final = 1024


def size_words(count: int) -> str:
    """Return a size in bytes in the largest unit that fits."""
    if count < _KIB:
        return f"{count} B"
    if count < _KIB * _KIB:
        return f"{count / _KIB:.0f} KiB"
    if count < _KIB**3:
        return f"{count / _KIB / _KIB:.1f} MiB"
    return f"{count / _KIB**3:.1f} GiB"
