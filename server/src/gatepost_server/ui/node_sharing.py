"""Sharing what stands beside projects, connections and credentials: the steps that both have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from gatepost_server import authz
from gatepost_server.kernel.errors import Conflict, Denied, Invalid
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.heads import Snippet
from gatepost_server.ui.pages import sharing as pages
from gatepost_server.ui.pages.sharing import Shared, ShareState
from gatepost_server.ui.shell import Section
from gatepost_server.ui.visits import Visit


@dataclass(frozen=True)
class Place:
    """Something that is shared: the right to do so, how pages show it, where who lost it is sent."""

    id: str
    action: str
    shared: Callable[[Tx], Shared]
    away: str
    section: Section = ""
    same: Sequence[Snippet] = ()

    def node(self, tx: Tx) -> authz.Node:
        """Return it, to who may share it."""
        return authz.require(tx, self.action, self.id)


def add_form(visit: Visit, of: Place, form: ShareState) -> Response:
    """Show the form that gives people a role."""
    with visit.call.read() as tx:
        of.node(tx)
        shared = of.shared(tx)
    content = pages.share_dialog(shared, form, visit.csrf, of.same, is_over=visit.is_over)
    return visit.dialog(f"Share {shared.name}", content, of.section, code=sharing.code_of(form))


def add(visit: Visit, of: Place, who: Sequence[str] | None, role: str, ends: str, until: str) -> Response:
    """Give everybody who was named the role, or nobody."""
    names = sharing.typed_names(who)
    try:
        with visit.call.begin() as tx:
            node = of.node(tx)
            wanted = sharing.Wanted(role, (), end_of(ends, until, tx.now))
            given = sharing.give(tx, node.id, names, wanted)
            here = of.shared(tx).here
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        form = ShareState(", ".join(names), role, ends, until)
        return add_form(visit, of, sharing.faulty(form, error))
    said = sharing.named(given)
    return visit.go(here, f"{node.name} is shared: {said} may use it as {role} now.")


def change_form(visit: Visit, of: Place, grant_id: str, form: ShareState | None = None) -> Response:
    """Show the form that changes what somebody holds."""
    with visit.call.read() as tx:
        grant = sharing.found_grant(tx, of.node(tx).id, grant_id)
        shared, row = of.shared(tx), sharing.access_row(tx, visit, grant)
    return sharing.change_form(visit, shared, row, form or sharing.form_of(grant), of.section)


def change(visit: Visit, of: Place, grant_id: str, role: str, ends: str, until: str) -> Response:
    """Let somebody hold something else, or until another end."""
    try:
        with visit.call.begin() as tx:
            node = of.node(tx)
            wanted = sharing.Wanted(role, (), end_of(ends, until, tx.now))
            grant = sharing.change(tx, node, grant_id, wanted)
            to = sharing.where_to(tx, node, of.shared(tx).here, of.away)
    except (Invalid, Conflict, Denied) as error:
        sharing.unless_about_input(error)
        form = sharing.faulty(ShareState("", role, ends, until), error)
        return change_form(visit, of, grant_id, form)
    visit.call.house.collect_receipt()
    return visit.go(to, f"What {grant.who_label} may do with {node.name} is saved.")


def ask_remove(visit: Visit, of: Place, grant_id: str, *, fault: str = "", code: int = 200) -> Response:
    """Ask before something is taken away."""
    with visit.call.read() as tx:
        grant = sharing.found_grant(tx, of.node(tx).id, grant_id)
        shared, row = of.shared(tx), sharing.access_row(tx, visit, grant)
    return sharing.remove_form(visit, shared, row, of.section, fault=fault, code=code)


def remove(visit: Visit, of: Place, grant_id: str) -> Response:
    """Take away what somebody holds; it is refused everywhere when the page comes back."""
    try:
        with visit.call.begin() as tx:
            node = of.node(tx)
            grant = authz.take_back(tx, node.id, grant_id)
            to = sharing.where_to(tx, node, of.shared(tx).here, of.away)
    except (Conflict, Denied) as error:
        sharing.unless_about_input(error)
        return ask_remove(visit, of, grant_id, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    said = f"{grant.who_label} has lost {grant.role or 'the permissions'} on {node.name}."
    return visit.go(to, f"{said} {receipt_words(receipt)}")
