"""Authorized objects held to the laws of grants: I5 (monotone) and I10 (no amplification)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from stores import ORIGIN, Store
from world import Person, World

from gatepost_server.authz import ActionDenied, Hidden, policy
from gatepost_server.authz.tables import GrantRow, PrincipalRow
from gatepost_server.crypto import Peppers
from gatepost_server.kernel.ids import new_id
from gatepost_server.projects import (
    DashboardChange,
    Gallery,
    Limits,
    Shelf,
    TileState,
    create_dashboard,
    create_dataset,
    create_project,
    replace_authorizations,
    view_dashboard,
)
from gatepost_server.projects.tiles import TableTile

ATOMS = ("READ_DATA", "READ_SCHEMA", "MANAGE_DASHBOARD_AUTHORIZATIONS", "READ_DASHBOARDS", "ADMIN", "USE")
KINDS = {"table": TableTile()}
Held = frozenset[str]
_HELD = st.frozensets(st.sampled_from(ATOMS), max_size=3)


class Stage:
    """A project of somebody's with one dataset and one dashboard, and two people with some atoms."""

    def __init__(self, store: Store, peppers: Peppers, shelf: Shelf) -> None:
        self.world, self.shelf = World(store, peppers), shelf
        tag = new_id("x", store.clock.now())[-10:]
        self.key = f"P{tag.upper()}"
        self.maker, self.giver, self.viewer = (self.world.person(f"{who}{tag}", "publisher") for who in "mgv")
        with self.world.begin(self.maker) as tx:
            self.project = create_project(tx, key=self.key, name="P").id
            create_dataset(tx, self.key, name="orders")
            tile = {"type": "table", "dataset": "orders"}
            create_dashboard(tx, self.key, KINDS, DashboardChange("d", [tile]))

    def hold(self, who: Person, atoms: Held) -> None:
        if atoms:
            self.world.grant(self.project, who.id, policy.mask(" ".join(sorted(atoms))))

    def authorize(self) -> bool:
        try:
            with self.world.begin(self.giver) as tx:
                replace_authorizations(tx, self.key, ["orders"])
        except (ActionDenied, Hidden):
            return False
        return True

    def sees(self) -> bool:
        """Tell whether the viewer sees the tile."""
        uow = self.world.store.uow
        gallery = Gallery(
            self.viewer.actor, lambda actor: uow.read(actor, ORIGIN), self.shelf, Limits(), KINDS
        )
        try:
            seen = view_dashboard(gallery, self.key, "d")
        except (ActionDenied, Hidden):
            return False
        return seen.tiles[0].state is TileState.SHOWN


def _reads(atoms: Held) -> bool:
    return bool(atoms & {"READ_DATA", "ADMIN"})


def _views(atoms: Held) -> bool:
    return bool(atoms & {"READ_DASHBOARDS", "MANAGE_DASHBOARD_AUTHORIZATIONS", "ADMIN", "USE"})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(giver=_HELD, viewer=_HELD, loss=st.sampled_from(["grants", "account", "role"]))
def test_nobody_sees_more_than_they_or_the_authorizer_may(
    store: Store,
    peppers: Peppers,
    tmp_path_factory: pytest.TempPathFactory,
    giver: Held,
    viewer: Held,
    loss: str,
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    stage = Stage(store, peppers, Shelf(folder))
    stage.hold(stage.giver, giver)
    stage.hold(stage.viewer, viewer)
    assert stage.sees() == (_views(viewer) and _reads(viewer))

    may_give = _reads(giver) and bool(giver & {"MANAGE_DASHBOARD_AUTHORIZATIONS", "ADMIN"})
    assert stage.authorize() == may_give
    assert stage.sees() == (_views(viewer) and (_reads(viewer) or may_give))

    before = stage.sees()
    with store.arranged() as tx:
        if loss == "grants":
            tx.session.execute(delete(GrantRow).where(GrantRow.who_id == stage.giver.id))
        elif loss == "account":
            row = update(PrincipalRow).where(PrincipalRow.id == stage.giver.id)
            tx.session.execute(row.values(is_active=False))
        else:
            row = update(PrincipalRow).where(PrincipalRow.id == stage.giver.id)
            tx.session.execute(row.values(cap=0))
    assert stage.sees() <= before
    assert stage.sees() == (_views(viewer) and _reads(viewer))
