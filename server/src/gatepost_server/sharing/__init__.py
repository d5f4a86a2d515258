"""Sharing: one role for several at once, told to them by mail; and one application for people outside."""

from gatepost_server.sharing.entries import ENTRIES_MOST
from gatepost_server.sharing.errors import ExternalOff, InvitationOver, TooManyMails, UnknownGuest
from gatepost_server.sharing.facts import guest_by_id, guest_by_token
from gatepost_server.sharing.model import NOTE_LENGTH, Shared, Told
from gatepost_server.sharing.outside import External, Guest, GuestFact, Invited, NewGuest, OpenLink, Sent
from gatepost_server.sharing.service.exposing import let_in_outside, links_among, open_links
from gatepost_server.sharing.service.giving import share
from gatepost_server.sharing.service.inviting import (
    WAY_IN,
    Home,
    accept_invitation,
    ask_invitation,
    invited_to,
    link_name,
    send_invitations,
)
from gatepost_server.sharing.service.outside import (
    change_external,
    end_guest,
    forget_external,
    get_external,
    note_guests_seen,
    sweep_guests,
)

__all__ = [
    "ENTRIES_MOST",
    "NOTE_LENGTH",
    "WAY_IN",
    "External",
    "ExternalOff",
    "Guest",
    "GuestFact",
    "Home",
    "InvitationOver",
    "Invited",
    "NewGuest",
    "OpenLink",
    "Sent",
    "Shared",
    "Told",
    "TooManyMails",
    "UnknownGuest",
    "accept_invitation",
    "ask_invitation",
    "change_external",
    "end_guest",
    "forget_external",
    "get_external",
    "guest_by_id",
    "guest_by_token",
    "invited_to",
    "let_in_outside",
    "link_name",
    "links_among",
    "note_guests_seen",
    "open_links",
    "send_invitations",
    "share",
    "sweep_guests",
]
