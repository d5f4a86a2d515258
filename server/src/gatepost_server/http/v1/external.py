"""External sharing of applications: who outside may come in, and who has."""

from pydantic import BaseModel, Field

from gatepost_server import apps, sharing
from gatepost_server.http.v1.wire import Body, ReceiptOut, Time
from gatepost_server.sharing import ENTRIES_MOST, External, Guest
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.call import Call
from gatepost_server.web.guests import home_of, link_of

router = ActionRouter(tags=["apps"])


class ExternalIn(Body):
    """Whether people outside are let in, and whom: domains (`@example.com`) and addresses.

    `allowed` replaces the list; absent, it stays. `confirmed` are domains that are meant
    although everybody can have an address there.
    """

    enabled: bool
    allowed: list[str] | None = Field(None, max_length=ENTRIES_MOST)
    confirmed: list[str] = Field([], max_length=ENTRIES_MOST)


class GuestOut(BaseModel):
    """Somebody outside who is signed in; `last_seen` is null until they opened it."""

    id: str
    email: str
    since: Time
    ends_at: Time
    last_seen: Time | None

    @classmethod
    def of(cls, one: Guest) -> "GuestOut":
        """Present *one* guest."""
        return cls(id=one.id, email=one.email, since=one.since, ends_at=one.ends_at, last_seen=one.last_seen)


class InvitedOut(BaseModel):
    """An address to which a mail went whose link can be used until `expires_at`."""

    email: str
    expires_at: Time


class ExternalOut(BaseModel):
    """External sharing of an application; `link` is null until it was first set up."""

    enabled: bool
    allowed: list[str]
    link: str | None
    guests: list[GuestOut]
    invited: list[InvitedOut]

    @classmethod
    def of(cls, one: External, call: Call) -> "ExternalOut":
        """Present *one*."""
        return cls(
            enabled=one.is_enabled,
            allowed=list(one.allowed),
            link=None if one.link_id is None else link_of(call.house.settings, one.link_id),
            guests=[GuestOut.of(guest) for guest in one.guests],
            invited=[InvitedOut(email=each.email, expires_at=each.expires_at) for each in one.invited],
        )


class InviteIn(Body):
    """Whom to mail; without `emails` every full address of the list."""

    emails: list[str] | None = Field(None, min_length=1, max_length=ENTRIES_MOST)


class SentOut(BaseModel):
    """What became of one invitation; `reason` says why no mail goes out."""

    email: str
    sent: bool
    reason: str | None


class SentListOut(BaseModel):
    """What became of all of them."""

    items: list[SentOut]


@router.reads("/apps/{app_id}/external", action="app:share")
def get_external(call: ApiCall, app_id: str) -> ExternalOut:
    """Return who outside may open an application, and who is signed in."""
    with call.read() as tx:
        return ExternalOut.of(sharing.get_external(tx, _meant(tx, app_id)), call)


@router.replaces("/apps/{app_id}/external", action="app:share")
def change_external(call: ApiCall, app_id: str, body: ExternalIn) -> ExternalOut:
    """Let people outside in, or no more; who is not let in any more is out when this answers."""
    with call.begin() as tx:
        found = sharing.change_external(
            tx,
            _meant(tx, app_id),
            is_enabled=body.enabled,
            allowed=body.allowed,
            confirmed=body.confirmed,
            has_own_hosts=not call.house.settings.apps_are_trusted,
        )
    call.house.collect_receipt()
    return ExternalOut.of(found, call)


@router.makes("/apps/{app_id}/external/invitations", status_code=202, action="app:share")
def send_invitations(call: ApiCall, app_id: str, body: InviteIn) -> SentListOut:
    """Mail an invitation to every full address of the list, or to some that it lets in."""
    with call.begin() as tx:
        sent = sharing.send_invitations(
            tx, call.house.peppers, home_of(call.house.settings, tx), _meant(tx, app_id), body.emails
        )
    items = [SentOut(email=one.email, sent=not one.why_not, reason=one.why_not or None) for one in sent]
    return SentListOut(items=items)


@router.removes("/apps/{app_id}/external/guests/{guest_id}", action="app:share")
def end_guest(call: ApiCall, app_id: str, guest_id: str) -> ReceiptOut:
    """End the session of a guest; while their address is listed they can ask for a new mail."""
    with call.begin() as tx:
        sharing.end_guest(tx, _meant(tx, app_id), guest_id)
    return ReceiptOut.of(call.house.collect_receipt())


def _meant(tx: Tx, app_id: str) -> str:
    return apps.require_app(tx, "app:share", app_id).id
