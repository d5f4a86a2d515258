"""The limits of one bundle, and the meter that is read while it is unpacked."""

from dataclasses import dataclass

from gatepost_server.bundles.refusals import BundleTooLarge, too_many_files

_MIB = 1024 * 1024


@dataclass(frozen=True)
class BundleLimits:
    """How much an archive may hold; sizes in bytes."""

    compressed: int = 512 * _MIB
    expanded: int = 2048 * _MIB
    ratio: int = 100
    free_of_ratio: int = _MIB
    files: int = 10_000
    path_bytes: int = 240


class Meter:
    """Counts what goes in and what comes out, and refuses at the first byte too many."""

    def __init__(self, limits: BundleLimits) -> None:
        self._limits = limits
        self.taken = 0
        self.given = 0
        self.files = 0
        self.folders = 0

    def took(self, count: int) -> None:
        """Note *count* compressed bytes read."""
        self.taken += count

    def gave(self, count: int) -> None:
        """Note *count* expanded bytes.

        Raises:
            BundleTooLarge: over the size, or over the ratio (once past a small free amount).
        """
        self.given += count
        if self.given > self._limits.expanded:
            mib = self._limits.expanded // _MIB
            raise BundleTooLarge(f"Unpacked, the bundle is larger than {mib} MiB.", code="bundle-expands")
        if self.given > max(self._limits.free_of_ratio, self.taken * self._limits.ratio):
            msg = f"The bundle expands more than {self._limits.ratio} times; it looks like a bomb."
            raise BundleTooLarge(msg, code="bundle-ratio")

    def add_file(self) -> None:
        """Note one more file."""
        self.files += 1
        self._check(self.files)

    def add_folder(self) -> None:
        """Note one more folder; folders have the same limit as files."""
        self.folders += 1
        self._check(self.folders)

    def _check(self, count: int) -> None:
        if count > self._limits.files:
            raise too_many_files(self._limits.files)
