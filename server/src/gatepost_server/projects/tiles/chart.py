"""The tile that draws a dataset: points of two columns, or one point for each group of rows."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final

from gatepost_server.kernel.errors import FieldFault, Invalid, Unavailable
from gatepost_server.projects.ports import Easel
from gatepost_server.projects.service.rows import Plan, plan_rows
from gatepost_server.projects.tiles.fields import known, one_of, refuse, word
from gatepost_server.projects.tiles.shown import HOME, home_in, home_of, own_dataset, require_shown
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import read_type
from gatepost_server.tabular.points import AGGREGATES, NUMBERS, Grouping, points

CHARTS: Final = ("bar", "line", "area", "scatter", "pie")
_TRIES: Final = 5
_MOST: Final = {"bar": 60, "pie": 8, "line": 1000, "area": 1000, "scatter": 2000}


class ChartTile:
    """`{"type": "chart", "dataset", "kind": "bar", "x": "month", "y": "amount", "aggregate": "sum"}`.

    `count` needs no `y`; scatter plots take rows as they are (`none`). With `from_project` the
    dataset is one that the project of that key exposes to the tile's own.
    """

    name = "chart"

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the dataset, the kind of chart, the columns and how rows of one x are put together.

        Raises:
            Invalid: a field cannot be used.
        """
        faults = known(raw, ("dataset", "x"), ("kind", "y", "aggregate", HOME))
        kind = one_of(raw, "kind", CHARTS, faults)
        aggregate = one_of(raw, "aggregate", AGGREGATES, faults)
        y = word(raw, "y", faults)
        if aggregate != "count" and raw.get("y") is None:
            faults.append(FieldFault("y", "is missing; only count does without"))
        if kind == "pie" and aggregate == "none":
            faults.append(FieldFault("aggregate", "a pie shows groups: sum, count, …"))
        fields = {
            "dataset": word(raw, "dataset", faults),
            "kind": kind,
            "x": word(raw, "x", faults),
            "y": y or None,
            "aggregate": aggregate,
            **home_in(raw, faults),
        }
        refuse(faults)
        return fields

    def needs(self, tx: Tx, project_key: str, tile: Mapping[str, Any]) -> None:
        """Require knowing of the dataset, and that it is the project's or exposed to it."""
        require_shown(tx, project_key, tile)

    def dataset(self, tile: Mapping[str, Any]) -> str | None:
        """Name the dataset of the project; one of another's is for who may read it themselves."""
        return own_dataset(tile)

    def run(self, easel: Easel, tile: Mapping[str, Any]) -> dict[str, Any]:
        """Return the points (x a text or a number, y a number or None) and what they are called.

        Raises:
            Invalid: the dataset has no such columns, or they cannot be drawn.
            DataTooHeavy, DataUnreadable, Unavailable: as reading rows.
        """
        for _ in range(_TRIES):
            with easel.read() as tx:
                plan = plan_rows(tx, home_of(easel.project_key, tile), tile["dataset"])
            grouping = _grouping(plan, tile)
            with ExitStack() as stack:
                try:
                    paths = stack.enter_context(easel.shelf.lent(plan.part_ids))
                except FileNotFoundError:
                    continue  # overwritten since; what is there now is what is asked for
                found = points(paths, plan.query, grouping, easel.limits)
            return {
                "kind": tile["kind"],
                "x": tile["x"],
                "y": tile["y"] if tile["aggregate"] == "none" else _called(tile),
                "is_x_number": grouping.is_x_number,
                "points": [list(one) for one in found[: grouping.most]],
                "is_cut": len(found) > grouping.most,
            }
        raise Unavailable("The dataset is being overwritten. Try again.", code="dataset-busy")


def _called(tile: Mapping[str, Any]) -> str:
    return "rows" if tile["aggregate"] == "count" else f"{tile['aggregate']} of {tile['y']}"


def _grouping(plan: Plan, tile: Mapping[str, Any]) -> Grouping:
    """Return what is asked of the engine, once it is known that the columns can be drawn."""
    kinds = {one.name: read_type(one.type) for one in plan.dataset.columns}
    faults = []
    x, y = kinds.get(tile["x"]), kinds.get(tile["y"] or "")
    if x is None or x.parts:
        faults.append(FieldFault("x", f"there is no column {tile['x']} of single values"))
    if tile["aggregate"] != "count" and (y is None or y.word not in NUMBERS):
        faults.append(FieldFault("y", f"there is no column {tile['y']} of numbers"))
    if faults or x is None:
        raise Invalid("The chart cannot be drawn.", faults=faults)
    return Grouping(
        x=tile["x"], y=tile["y"], x_type=x, aggregate=tile["aggregate"],
        most=_MOST[tile["kind"]], is_by_size=tile["kind"] == "pie",
    )  # fmt: skip
