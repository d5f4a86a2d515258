"""What is done to a key on every page of keys: rotate, end the old secret, copy, disable, enable, delete."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import keys, projects
from gatepost_server.authz import require_instance, require_self
from gatepost_server.kernel.errors import Invalid
from gatepost_server.keys import GLOBAL, OWN, BoundToApp, Change, KeyKind, Ring, ring_of
from gatepost_server.store import Tx
from gatepost_server.ui.keys import Errand, receipt_words
from gatepost_server.ui.pages import key_deeds as pages
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.shell import Section
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

_PROJECT: Final = "/projects/{project}/settings/api/{key_id}"
_GLOBAL: Final = "/admin/keys/{key_id}"
_OWN: Final = "/keys/{key_id}"
_SEE: Final = {_OWN: "key:list"}
_REVEAL: Final = {_OWN: "key:reveal"}
_WIDEN: Final = {_OWN: "key:rotate", _PROJECT: "project:make-key", _GLOBAL: "key:widen-global"}
_EDIT: Final = {_OWN: "key:edit", _PROJECT: "project:edit-key", _GLOBAL: "key:edit-global"}
_REVOKE: Final = {_OWN: "key:delete", _PROJECT: "project:revoke-key", _GLOBAL: "key:revoke"}


@dataclass(frozen=True)
class Place:
    """Where the keys of a ring are shown: the list, and the page that one comes back to."""

    ring: Ring
    home: str
    section: Section
    has_pages: bool = True

    def here(self, key_id: str) -> str:
        """Return the address below which a key's deeds are."""
        return f"{self.home}/{key_id}"

    def back(self, key_id: str) -> str:
        """Return where one goes after a deed: a personal key has no page of its own."""
        return self.here(key_id) if self.has_pages else self.home


def place_of(visit: Visit, tx: Tx, actions: dict[str, str]) -> Place:
    """Return whose keys the address means, for callers who may do *actions* with them."""
    project = visit.request.path_params.get("project")
    if project is not None:
        node = projects.require_project(tx, actions[_PROJECT], project)
        return Place(ring_of(node.id), f"/projects/{project}/settings/api", "projects")
    if visit.request.url.path.startswith("/admin/"):
        require_instance(tx, actions[_GLOBAL])
        return Place(GLOBAL, "/admin/keys", "administration")
    require_self(tx, actions[_OWN])
    return Place(OWN, "/keys", "", has_pages=False)


def rotate_page(visit: SignedIn, key_id: str) -> Response:
    """Ask how long the old secret goes on counting."""
    return _ask_rotate(visit, key_id)


def rotate(visit: SignedIn, key_id: str, overlap: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Give a key a new secret and show it, for the only time."""
    seconds = int(overlap) if overlap.isdecimal() else -1
    try:
        with visit.call.begin() as tx:
            place = place_of(visit, tx, _WIDEN)
            span = timedelta(seconds=min(seconds, 10**9))
            issued, ends = keys.rotate_key(tx, visit.call.house.peppers, key_id, span, place.ring)
            now = tx.now
    except Invalid:
        return _ask_rotate(visit, key_id, error="Choose one of the list.", code=400)
    visit.call.house.collect_receipt()
    content = pages.rotated(
        issued.key, issued.text.reveal(), ends, place.back(key_id), visit.url, is_over=visit.is_over, now=now
    )
    return visit.dialog("Rotated", content, place.section)


def _ask_rotate(visit: Visit, key_id: str, *, error: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        place = place_of(visit, tx, _WIDEN)
        key = keys.get_key(tx, key_id, place.ring)
        if key.kind is KeyKind.CREATOR:
            raise BoundToApp
        content = pages.rotate_dialog(
            key,
            place.here(key_id),
            place.back(key_id),
            tx.now,
            visit.csrf,
            error=error,
            is_over=visit.is_over,
        )
    return visit.dialog("Rotate a key", content, place.section, code=code)


def end_old_page(visit: SignedIn, key_id: str) -> Response:
    """Ask before a replaced secret ends."""
    with visit.call.read() as tx:
        place = place_of(visit, tx, _REVOKE)
        key = keys.get_key(tx, key_id, place.ring)
        content = pages.end_old_dialog(
            key, place.here(key_id), place.back(key_id), tx.now, visit.csrf, is_over=visit.is_over
        )
    return visit.dialog("End the old secret", content, place.section)


def end_old(visit: SignedIn, key_id: str) -> Response:
    """End a replaced secret; it is refused when the page comes back."""
    with visit.call.begin() as tx:
        place = place_of(visit, tx, _REVOKE)
        key = keys.end_old_secret(tx, key_id, place.ring)
    receipt = visit.call.house.collect_receipt()
    return visit.go(place.back(key_id), f"The old secret of {key.name} has ended. {receipt_words(receipt)}")


def disable(visit: SignedIn, key_id: str) -> Response:
    """Disable a key; it is refused when the page comes back."""
    with visit.call.begin() as tx:
        place = place_of(visit, tx, _EDIT)
        key = keys.change_key(tx, visit.call.house.key_rules, key_id, Change(is_enabled=False), place.ring)
    receipt = visit.call.house.collect_receipt()
    return visit.go(place.back(key_id), f"{key.name} is disabled. {receipt_words(receipt)}")


def copy_page(visit: SignedIn, key_id: str) -> Response:
    """Ask before the text of an application's key is shown again."""
    with visit.call.read() as tx:
        place = place_of(visit, tx, _SEE)
        key = keys.get_key(tx, key_id, place.ring)
        content = pages.copy_dialog(
            key, place.here(key_id), place.back(key_id), visit.csrf, is_over=visit.is_over
        )
    return visit.dialog("Show a key", content, place.section)


def copy(visit: SignedIn, key_id: str) -> Response:
    """Show the text of an application's key to its own user."""
    with visit.call.begin() as tx:
        place = place_of(visit, tx, _REVEAL)
        text = keys.reveal_key(tx, visit.call.house.safe.seals, key_id)
        key = keys.get_key(tx, key_id)
    content = pages.copied(key, text.reveal(), place.back(key_id), visit.url, is_over=visit.is_over)
    return visit.dialog(key.name, content, place.section)


def enable_page(visit: SignedIn, key_id: str) -> Response:
    """Ask before a key is good again."""
    with visit.call.read() as tx:
        place = place_of(visit, tx, _WIDEN)
        key = keys.get_key(tx, key_id, place.ring)
        content = pages.enable_dialog(
            key, place.here(key_id), place.back(key_id), visit.csrf, is_over=visit.is_over
        )
    return visit.dialog("Enable a key", content, place.section)


def enable(visit: SignedIn, key_id: str) -> Response:
    """Enable a key again."""
    with visit.call.begin() as tx:
        place = place_of(visit, tx, _WIDEN)
        key = keys.change_key(tx, visit.call.house.key_rules, key_id, Change(is_enabled=True), place.ring)
    visit.call.house.collect_receipt()
    return visit.go(place.back(key_id), f"{key.name} is enabled.")


def delete_page(visit: SignedIn, key_id: str) -> Response:
    """Ask before a key is deleted."""
    with visit.call.read() as tx:
        place = place_of(visit, tx, _REVOKE)
        key = keys.get_key(tx, key_id, place.ring)
        errand = Errand.of(visit, place.back(key_id))
        action = f"{place.here(key_id)}/delete{errand.query}"
        content = pages.delete_dialog(key, action, errand.home, tx.now, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Delete {key.name}", content, place.section)


def delete(visit: SignedIn, key_id: str) -> Response:
    """Delete a key; it is refused everywhere when the page comes back."""
    with visit.call.begin() as tx:
        place = place_of(visit, tx, _REVOKE)
        key = keys.revoke_key(tx, key_id, place.ring)
    receipt = visit.call.house.collect_receipt()
    said = f"The key {key.name} was deleted. {receipt_words(receipt)}"
    return visit.go(Errand.of(visit, place.home).home, said)


def _declare() -> None:
    """Give every bunch of keys the same deeds, each with its own action."""
    router.reads(f"{_OWN}/copy", action=_SEE[_OWN])(copy_page)
    router.makes(f"{_OWN}/copy", action=_REVEAL[_OWN])(copy)
    for base in (_OWN, _PROJECT, _GLOBAL):
        router.reads(f"{base}/rotate", action=_WIDEN[base])(rotate_page)
        router.makes(f"{base}/rotate", action=_WIDEN[base])(rotate)
        router.reads(f"{base}/end-old", action=_REVOKE[base])(end_old_page)
        router.makes(f"{base}/end-old", action=_REVOKE[base])(end_old)
        router.makes(f"{base}/disable", action=_EDIT[base])(disable)
        router.reads(f"{base}/enable", action=_WIDEN[base])(enable_page)
        router.makes(f"{base}/enable", action=_WIDEN[base])(enable)
        router.reads(f"{base}/delete", action=_REVOKE[base])(delete_page)
        router.makes(f"{base}/delete", action=_REVOKE[base])(delete)


_declare()
