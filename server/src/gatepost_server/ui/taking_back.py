"""Taking back all that somebody gave on a thing: the question, and the deed; for things of all kinds."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import Response

from gatepost_server import authz
from gatepost_server.authz import Node
from gatepost_server.kernel.errors import Conflict, Denied
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages.retracting import Ending, take_all_dialog
from gatepost_server.ui.pages.sharing import Shared
from gatepost_server.ui.shell import Section
from gatepost_server.ui.visits import Visit


class Sharing(NamedTuple):
    """How a thing is found that the caller shares, and the list of all things like it."""

    find: Callable[[Tx], tuple[Node, Shared]]
    section: Section
    away: str = ""


def ask(visit: Visit, place: Sharing, giver: str, *, fault: str = "", code: int = 200) -> Response:
    """Ask, naming all that ends; what others gave to the same holders is named beside it."""
    with visit.call.read() as tx:
        node, shared = place.find(tx)
        given = authz.given_by(tx, node, giver)
        held = [
            one for one in authz.list_grants(tx, node.id) if one.until_at is None or one.until_at > tx.now
        ]
        others = [one for one in held if one not in given]
        endings = [
            Ending(
                sharing.access_row(tx, visit, one),
                [sharing.access_row(tx, visit, other) for other in others if other.who_id == one.who_id],
            )
            for one in given
        ]
    content = take_all_dialog(shared, endings, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog("Take back all that somebody gave", content, place.section, code=code)


def take(visit: Visit, place: Sharing, giver: str) -> Response:
    """Take all of it back; it is refused everywhere when the page comes back."""
    try:
        with visit.call.begin() as tx:
            node, shared = place.find(tx)
            gone = authz.take_back_given_by(tx, node.id, giver)
            to = sharing.where_to(tx, node, shared.here, place.away or f"/{place.section}")
    except (Conflict, Denied) as error:
        sharing.unless_about_input(error)
        return ask(visit, place, giver, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    by = "you" if gone[0].by_id == visit.person.id else gone[0].by_name
    from_whom = {one.who_id for one in gone}
    whom = f"{len(from_whom)} holders" if len(from_whom) > 1 else gone[0].who_label
    said = f"All that {by} gave on {node.name} is taken back from {whom}."
    return visit.go(to, f"{said} {receipt_words(receipt)}")
