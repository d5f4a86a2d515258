"""The tile that shows rows of a dataset as a table."""

import json
from collections.abc import Mapping
from typing import Any, Final

from gatepost_server.kernel.errors import FieldFault
from gatepost_server.projects.ports import Easel
from gatepost_server.projects.service.rows import Plan, plan_rows, stream_rows
from gatepost_server.projects.tiles.fields import known, refuse, word
from gatepost_server.projects.tiles.shown import HOME, home_in, home_of, own_dataset, require_shown
from gatepost_server.store import Tx
from gatepost_server.tabular.reading import Form

MOST_ROWS: Final = 500
_USUAL_ROWS: Final = 20
_MOST_COLUMNS: Final = 50
_LARGEST: Final = 2 * 1024 * 1024


class TableTile:
    """`{"type": "table", "dataset": "orders", "columns": ["id", "amount"], "limit": 20}`.

    With `from_project` the dataset is one that the project of that key exposes to the tile's own.
    """

    name = "table"

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the dataset, the columns (None: all) and how many rows at most.

        Raises:
            Invalid: a field cannot be used.
        """
        faults = known(raw, ("dataset",), ("columns", "limit", HOME))
        dataset, home = word(raw, "dataset", faults), home_in(raw, faults)
        columns, limit = raw.get("columns"), raw.get("limit", _USUAL_ROWS)
        is_list = isinstance(columns, list) and all(isinstance(one, str) for one in columns)
        if columns is not None and not (is_list and 1 <= len(columns) <= _MOST_COLUMNS):
            faults.append(FieldFault("columns", f"1 to {_MOST_COLUMNS} names of columns, or null for all"))
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_ROWS:
            faults.append(FieldFault("limit", f"1 to {MOST_ROWS}"))
        refuse(faults)
        return {"dataset": dataset, "columns": columns, "limit": limit, **home}

    def needs(self, tx: Tx, project_key: str, tile: Mapping[str, Any]) -> None:
        """Require knowing of the dataset, and that it is the project's or exposed to it."""
        require_shown(tx, project_key, tile)

    def dataset(self, tile: Mapping[str, Any]) -> str | None:
        """Name the dataset of the project; one of another's is for who may read it themselves."""
        return own_dataset(tile)

    def run(self, easel: Easel, tile: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns and the rows, each a list of values as the API writes them."""
        plans: list[Plan] = []

        def plan() -> Plan:
            with easel.read() as tx:
                plans.append(
                    plan_rows(
                        tx, home_of(easel.project_key, tile), tile["dataset"],
                        columns=tile["columns"], limit=tile["limit"] + 1,
                    )
                )  # fmt: skip
            return plans[-1]

        lines, size, is_cut = [], 0, False
        for chunk in stream_rows(plan, easel.shelf, Form.NDJSON, easel.limits):
            size += len(chunk)
            lines.append(chunk)
            if size > _LARGEST:
                is_cut = True
                break
        whole = b"".join(lines).split(b"\n")[: -1 if is_cut else None]
        names = [one.name for one in plans[-1].query.columns][:_MOST_COLUMNS]
        rows = [json.loads(line) for line in whole if line]
        return {
            "columns": names,
            "rows": [[row[name] for name in names] for row in rows[: tile["limit"]]],
            "is_cut": is_cut or len(rows) > tile["limit"],
        }
