"""What was decided when a data folder was created, and which examples it was given."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from gatepost_server.admin.refusals import TestClockRefused


@dataclass(frozen=True)
class Marker:
    """The content of `instance.json`; `examples` maps a folder's name to its app."""

    created_at: str
    test_clock: bool
    examples: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, *, test_clock: bool, has_store: bool, now: datetime) -> Self:
        """Read the marker, or write the first one.

        A folder that holds a store but no marker counts as made without a test clock.

        Raises:
            TestClockRefused: *test_clock* is asked for and the folder was made without it.
        """
        if path.exists():
            marker = cls.read(path)
        else:
            marker = cls(now.isoformat(), test_clock=test_clock and not has_store)
        if test_clock and not marker.test_clock:
            raise TestClockRefused(
                f"{path.parent} was not created with a test clock, and its times are real. "
                "Use --test-clock with a new data folder only."
            )
        marker.write(path)
        return marker

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a marker that is there."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """Write the marker so that a reader sees the old or the new one, never half of it."""
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        aside.rename(path)

    def with_example(self, name: str, app_id: str) -> Self:
        """Return the marker once example *name* was published as *app_id*."""
        return replace(self, examples={**self.examples, name: app_id})
