"""What was decided when a data folder was created, and which examples it was given."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from gatepost_server.admin.refusals import TestClockRefused


@dataclass(frozen=True)
class Marker:
    """The content of `instance.json`."""

    created_at: str
    test_clock: bool
    examples: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, *, test_clock: bool, has_store: bool, now: datetime) -> Self:
        """Read the marker, or write the first one.

        A folder that holds a store but no marker counts as made without a test clock.

        Raises:
            TestClockRefused: *test_clock* is asked for and the folder was made without it.
        """
        if path.exists():
            raw = json.loads(path.read_text(encoding="utf-8"))
            marker = cls(**{**raw, "examples": tuple(raw.get("examples", ()))})
        else:
            marker = cls(now.isoformat(), test_clock=test_clock and not has_store)
        if test_clock and not marker.test_clock:
            raise TestClockRefused(
                f"{path.parent} was not created with a test clock, and its times are real. "
                "Use --test-clock with a new data folder only."
            )
        marker.write(path)
        return marker

    def write(self, path: Path) -> None:
        """Write the marker so that a reader sees the old or the new one, never half of it."""
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        aside.rename(path)

    def with_example(self, name: str) -> Self:
        """Return the marker once example *name* was published."""
        return replace(self, examples=(*self.examples, name))
