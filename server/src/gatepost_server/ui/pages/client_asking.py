"""The forms that ask about client applications."""

from collections.abc import Sequence

from gatepost_server.approvals import REASON_LENGTH
from gatepost_server.clients import Client, ClientGroup
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.pages.client_forms import Typed, own_key, told, validity_fields


def request_dialog(
    groups: Sequence[ClientGroup], typed: Typed, csrf: str, *, has_addresses: bool = True, is_over: bool
) -> FormDialog:
    """Return the form that asks for an application."""
    key = own_key(typed, has_addresses=has_addresses)
    fields = [*told(groups, typed), *validity_fields(typed, "permanent"), _reason(typed), key]
    app = typed.value("app")
    return FormDialog(
        "Request an AppKey" if app else "Request to create an application", "/clients/request",
        "Send request", fields, csrf, f"/applications/{app}/settings" if app else "/clients",
        sentence="It goes to those who decide in the group. Until they have, there is no "
        + ("AppKey. The hosted application and its owners stay as they are." if app else "application."),
        fault=typed.fault or typed.error("app"), is_over=is_over, symbol="key",
    )  # fmt: skip


def join_dialog(one: Client, typed: Typed, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that asks to join an application."""
    return FormDialog(
        f"Request to join {one.name}", f"/clients/{one.id}/join", "Send request",
        [*validity_fields(typed, "90"), _reason(typed)], csrf, "/clients?tab=not_joined",
        sentence="Its owners decide. As a member you get an AppSecret of your own.",
        fault=typed.fault, is_over=is_over, symbol="user-plus",
    )  # fmt: skip


def renew_dialog(one: Client, typed: Typed, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that asks for a later end of a membership."""
    return FormDialog(
        f"Request to renew your membership of {one.name}", f"/clients/{one.id}/renew", "Send request",
        [*validity_fields(typed, "90"), _reason(typed)], csrf, f"/clients/{one.id}",
        sentence="Its owners decide. The time counts from their approval.",
        fault=typed.fault, is_over=is_over, symbol="refresh",
    )  # fmt: skip


def _reason(typed: Typed) -> TextArea:
    return TextArea(
        "reason", "Reason for the request", typed.value("reason"),
        "What you need it for; who decides reads it.", typed.error("reason"), lines=3, is_required=True,
        max_length=REASON_LENGTH,
    )  # fmt: skip
