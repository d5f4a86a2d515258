"""Administration: who approves which requests."""

from collections.abc import Mapping, Sequence
from typing import Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.fields import Hidden, Option, PeopleField, RadioField
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import CardForm, Stack

HERE: Final = "/admin/policies"
_KINDS: Final = {
    "access_app": ("Access to an application", "Its owners and editors"),
    "create_client": ("A new client application", "The approvers of its application group"),
    "join_client": ("Joining a client application", "Its owners"),
    "renew": ("A later end of a membership", "Its owners and editors"),
    "use_api": ("Calling a data API", "The owners and editors of the API"),
    "use_dataset": ("Reading a dataset", "Whoever may share the dataset"),
}


def policies(
    now: Mapping[str, str | list[str]],
    may_create: str,
    csrf: str,
    url: str,
    fault: tuple[str, str, str] = ("", "", ""),
) -> Component:
    """Return the Policies page; *fault* is of which kind what was typed is wrong, and why."""
    body = '{"policies": {"approvers": {"create_client": ["lena", "group:Security"]}}}'
    cli = "gatepost requests policies\ngatepost requests policies create_client lena group:Security"
    same = SameWith([Snippet("CLI", cli), Snippet("API", f"PATCH {url}/api/v1/settings\n{body}")])
    crumbs = [Crumb("Administration"), Crumb("Policies")]
    head = PageHead("Policies", "Who approves what others ask for.", crumbs, [same])
    rule = Note(
        "No request has a dead end",
        "Nobody approves their own request, and nobody more than they could give by themselves. "
        "Administrators may always decide; where no approver is left, they are told so.",
    )
    direct = RadioField(
        "administrators_create_directly",
        "May administrators make client applications without a request?",
        [
            Option("on", "Yes", "What they make is written into the audit as theirs."),
            Option("off", "No", "They ask like everybody else, and somebody else approves."),
        ],
        may_create,
    )
    creating = CardForm("Making directly", HERE, "Save", [direct], csrf)
    forms = [_form(kind, who, csrf, fault) for kind, who in now.items()]
    return Stack([head, rule, *forms, creating])


def _form(kind: str, who: str | Sequence[str], csrf: str, fault: tuple[str, str, str]) -> CardForm:
    title, keepers = _KINDS.get(kind, (kind, "Who keeps the thing"))
    is_named = not isinstance(who, str)
    faulty, typed, why = fault
    options = [
        Option("keepers", keepers, "Whoever they are when they decide."),
        Option("named", "Of these, only people or groups that I name", "Everybody else reads, and waits."),
        Option("administrators", "Administrators", "Nobody else decides."),
    ]
    names = typed if faulty == kind else ", ".join(who) if not isinstance(who, str) else ""
    fields: list[Component] = [
        Hidden("kind", kind),
        RadioField("who", "Who approves", options, "named" if is_named or faulty == kind else str(who)),
        PeopleField(
            "named", "People and groups", "/clients/people", names, "Usernames, or group:NAME; with commas.",
            why if faulty == kind else "", is_first=False,
        ),
    ]  # fmt: skip
    return CardForm(title, HERE, f"Save who approves: {title.lower()}", fields, csrf)
