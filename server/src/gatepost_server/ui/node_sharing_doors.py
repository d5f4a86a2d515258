"""The addresses below which a thing that stands beside projects is shared; the same for all kinds."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Path
from starlette.responses import Response

from gatepost_server.ui import node_sharing, sharing
from gatepost_server.ui.node_sharing import Place
from gatepost_server.ui.pages.sharing import ShareState
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.taking_back import Sharing, ask, take
from gatepost_server.ui.visits import SignedIn

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=sharing.PEOPLE_MOST)]
PlaceOf = Callable[[str], Place]


def declare_sharing(router: PageRouter, here: str, thing: str, action: str, place: PlaceOf) -> None:
    """Declare finding people, giving, changing and taking back, one or all of a giver's, below *here*.

    *thing* is the parameter of *here* that names the thing, *action* what each of them asks for,
    and *place* returns how it is shared.
    """
    _declare_giving(router, here, thing, action, place)
    _declare_changing(router, here + "/{grant_id}", thing, action, place)
    _declare_retracting(router, here + "/given-by/{giver}/remove", thing, action, place)


def _declare_giving(router: PageRouter, here: str, thing: str, action: str, place: PlaceOf) -> None:
    @router.reads(f"{here}/people", action=action)
    def people(visit: SignedIn, of: Annotated[str, Path(alias=thing)], q: str = "") -> Response:
        """Answer with the people and groups whom *q* may mean, for the field that picks them."""
        with visit.call.read() as tx:
            place(of).node(tx)
            return sharing.find_people(tx, q)

    @router.reads(f"{here}/add", action=action)
    def add_page(visit: SignedIn, of: Annotated[str, Path(alias=thing)]) -> Response:
        """Show the form that gives people a role."""
        return node_sharing.add_form(visit, place(of), ShareState())

    @router.makes(f"{here}/add", action=action)
    def add(
        visit: SignedIn, of: Annotated[str, Path(alias=thing)], *, who: Names = None,
        role: Field = "consumer", ends: Field = "", until: Field = "",
    ) -> Response:  # fmt: skip
        """Give everybody who was named the role, or nobody."""
        return node_sharing.add(visit, place(of), who, role, ends, until)


def _declare_changing(router: PageRouter, here: str, thing: str, action: str, place: PlaceOf) -> None:
    @router.reads(f"{here}/change", action=action)
    def change_page(visit: SignedIn, of: Annotated[str, Path(alias=thing)], grant_id: str) -> Response:
        """Show the form that changes what somebody holds."""
        return node_sharing.change_form(visit, place(of), grant_id)

    @router.makes(f"{here}/change", action=action)
    def change(
        visit: SignedIn, of: Annotated[str, Path(alias=thing)], grant_id: str, *,
        role: Field = "", ends: Field = "", until: Field = "",
    ) -> Response:  # fmt: skip
        """Let somebody hold something else, or until another end."""
        return node_sharing.change(visit, place(of), grant_id, role, ends, until)

    @router.reads(f"{here}/remove", action=action)
    def remove_page(visit: SignedIn, of: Annotated[str, Path(alias=thing)], grant_id: str) -> Response:
        """Ask before something is taken away."""
        return node_sharing.ask_remove(visit, place(of), grant_id)

    @router.makes(f"{here}/remove", action=action)
    def remove(visit: SignedIn, of: Annotated[str, Path(alias=thing)], grant_id: str) -> Response:
        """Take away what somebody holds."""
        return node_sharing.remove(visit, place(of), grant_id)


def _declare_retracting(router: PageRouter, here: str, thing: str, action: str, place: PlaceOf) -> None:
    def shared(of: str) -> Sharing:
        found = place(of)
        return Sharing(lambda tx: (found.node(tx), found.shared(tx)), found.section, found.away)

    @router.reads(here, action=action)
    def retract_page(visit: SignedIn, of: Annotated[str, Path(alias=thing)], giver: str) -> Response:
        """Ask before all that somebody gave on it ends."""
        return ask(visit, shared(of), giver)

    @router.makes(here, action=action)
    def retract(visit: SignedIn, of: Annotated[str, Path(alias=thing)], giver: str) -> Response:
        """Take back all that somebody gave on it, or nothing."""
        return take(visit, shared(of), giver)
