"""From where an application may call, and whether calls from there are signed: the form and its words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gatepost_server.clients import Client
from gatepost_server.dataapis import RecentCaller
from gatepost_server.instance import Features
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import Option, RadioField
from gatepost_server.ui.kit.notices import Note

if TYPE_CHECKING:
    from gatepost_server.ui.pages.client_forms import Typed


def addresses_field(entries: str, error: str = "") -> TextArea:
    """Return the field for addresses."""
    return TextArea(
        "entries", "Addresses", entries,
        "IP addresses or networks with ; between them, at most 100: 192.168.3.12/24;10.0.0.1",
        error, lines=3,
    )  # fmt: skip


def allowlist_dialog(
    one: Client, typed: "Typed", csrf: str, offered: Features, *, is_over: bool
) -> FormDialog:
    """Return the form that says from where an application may call; *offered* is what the server has on."""
    here = f"/clients/{one.id}"
    options = [
        Option("off", "From anywhere", "The entries below are kept."),
        Option("on", "From these addresses only", "Calls are signed all the same."),
    ]
    if offered.ip_trust or one.ip.is_trusted:
        said = (
            "Whoever calls from there with the AppKey is the application; no secret is needed. Only data "
            "APIs that cannot write answer. Networks are /24 at most, of IPv6 /64."
        )
        options.append(Option("trust", "From these addresses only, without a signature", said))
    switch = RadioField("enabled", "Calls may come", options, typed.value("enabled", _now(one)))
    return FormDialog(
        f"IP whitelist of {one.name}", f"{here}/ip-allowlist", "Save",
        [
            *([] if offered.ip_allowlist else [switched_off("No list can be turned on")]), switch,
            addresses_field(typed.value("entries"), typed.error("ip_allowlist")),
        ],
        csrf, here, fault=typed.fault, is_over=is_over, symbol="shield",
    )  # fmt: skip


def switched_off(headline: str) -> Note:
    """Say beforehand that the server does not offer something, and who changes that."""
    said = "This server does not offer it. An administrator turns it on under Administration, Features."
    return Note(f"{headline}.", said, "amber", "alert-triangle")


def callers_note(callers: Sequence[RecentCaller]) -> Note:
    """Warn whom an end of earlier secrets would stop: from where calls came lately."""
    if not callers:
        return Note("No calls in the last 7 days.", "Nobody seems to sign with what it has.")
    said = [
        f"{one.ip or 'an unknown address'} ({one.calls} {'call' if one.calls == 1 else 'calls'}, "
        f"last {one.last_at.day} {one.last_at:%b, %H:%M} UTC)"
        for one in callers
    ]
    return Note("Called in the last 7 days from", f"{'; '.join(said)}.", "amber", "alert-triangle")


def where_from(one: Client) -> str:
    """Say in words from where an application may call."""
    if not one.ip.is_enabled:
        return "Anywhere"
    return f"{one.ip.entries}, without a signature" if one.ip.is_trusted else one.ip.entries


def _now(one: Client) -> str:
    if not one.ip.is_enabled:
        return "off"
    return "trust" if one.ip.is_trusted else "on"
