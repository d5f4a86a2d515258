"""Rights in forms: what a project key holds beside its JSON, and the matrix of a global key."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.component import Component


@dataclass(frozen=True)
class Permission:
    """One permission: the name that programs use, and what people read."""

    name: str
    words: str


@dataclass(frozen=True)
class PermissionGroup:
    """Permissions that belong together, under a title."""

    title: str
    permissions: Sequence[Permission]


@dataclass(frozen=True)
class PermissionRules:
    """What a permission brings along: on the same thing, and on the datasets below."""

    implied: Mapping[str, Sequence[str]]
    flowing: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class PermissionForm(Component):
    """Permissions on a project and on single datasets as ticks, beside the same as JSON.

    The JSON (`name`) is what is sent; an island keeps the ticks in step with it, and without
    scripts it stands alone. `datasets` are those of the project, `are_all` when none is left
    out. `saved` is the JSON as it is stored, to tell what would change; empty for a new key.
    `empty` is the JSON that gives nothing: with it a new key, whose JSON starts with a sample,
    has a button that clears all.
    `error` says what is wrong with the JSON, `error_line` where.
    """

    template: ClassVar[str] = "kit/permission_form.html"
    name: str
    text: str
    groups: Sequence[PermissionGroup]
    on_dataset: Sequence[Permission]
    datasets: Sequence[str]
    rules: PermissionRules
    are_all: bool = True
    saved: str = ""
    error: str = ""
    error_line: int = 0
    empty: str = ""

    @property
    def told(self) -> str:
        """What the island has to know, as JSON."""
        words = {one.name: one.words for group in self.groups for one in group.permissions}
        words |= {one.name: one.words for one in self.on_dataset}
        return json.dumps(
            {
                "words": words,
                "implied": {name: list(others) for name, others in self.rules.implied.items()},
                "flowing": {name: list(others) for name, others in self.rules.flowing.items()},
                "datasets": list(self.datasets),
                "areAll": self.are_all,
                "onDataset": [one.name for one in self.on_dataset],
                "onProject": [one.name for group in self.groups for one in group.permissions],
                "saved": self.saved,
            }
        )


@dataclass(frozen=True)
class MatrixRow:
    """One project of a matrix: its key, its name, what is given on it."""

    key: str
    name: str
    given: Sequence[str] = ()


@dataclass(frozen=True)
class MatrixRows(Component):
    """The rows of a matrix alone, as the island fetches more of them."""

    template: ClassVar[str] = "kit/matrix_rows.html"
    name: str
    heads: Sequence[Permission]
    rows: Sequence[MatrixRow]


@dataclass(frozen=True)
class PermissionMatrix(Component):
    """Projects × permissions as ticks; each tick sends `name` = `project:PERMISSION`.

    Arrow keys walk over the ticks, heads stay in sight. `find` answers `?q=` with
    `MatrixRows`; without scripts the button beside the field sends the form with `do=find`.
    """

    template: ClassVar[str] = "kit/permission_matrix.html"
    name: str
    groups: Sequence[PermissionGroup]
    rows: Sequence[MatrixRow]
    rules: PermissionRules
    find: str
    q: str = ""
    error: str = ""

    @property
    def heads(self) -> Sequence[Permission]:
        """The columns, in order."""
        return [one for group in self.groups for one in group.permissions]

    @property
    def drawn(self) -> MatrixRows:
        """The rows."""
        return MatrixRows(self.name, self.heads, self.rows)

    @property
    def told(self) -> str:
        """What the island has to know, as JSON."""
        words = {one.name: one.words for one in self.heads}
        implied = {name: list(others) for name, others in self.rules.implied.items()}
        return json.dumps({"words": words, "implied": implied})
