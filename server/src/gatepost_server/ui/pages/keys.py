"""API keys: the list, the form for a new one, the one time it is shown, the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog, RevealOnce
from gatepost_server.ui.kit.fields import Advanced, SelectField, TextField
from gatepost_server.ui.kit.heads import (
    Snippet,
)
from gatepost_server.ui.kit.tables import Choice

STAYS = "stays"
"""The choice of an end that leaves it as it is."""


@dataclass(frozen=True)
class KeyFormState:
    """What was typed into the form for a new key, and what is wrong with it."""

    name: str = ""
    expiry: str = "90"
    until: str = ""
    role: str = ""
    ip_allowlist: str = ""
    description: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def new_key_dialog(
    form: KeyFormState,
    roles: Sequence[Choice],
    csrf: str,
    url: str,
    *,
    default_days: int,
    may_never: bool,
    is_over: bool,
) -> FormDialog:
    """Return the form for a new key; *roles* are the viewer's own and the lower ones."""
    expiry = expiry_choices(default_days, may_never=may_never)
    return FormDialog(
        "New API key",
        "/keys/new",
        "Create key",
        _key_fields(form, expiry, roles),
        csrf,
        "/keys",
        sentence="The key acts as you. It cannot make other keys.",
        fault=form.fault,
        is_over=is_over,
        symbol="key",
        same=same_keys(url),
    )


def edit_dialog(
    key_id: str, form: KeyFormState, csrf: str, ends: Sequence[Choice], *, is_over: bool
) -> FormDialog:
    """Return the form that changes what is said of a key."""
    return FormDialog(
        "Edit key",
        f"/keys/{key_id}/edit",
        "Save",
        _key_fields(form, ends, []),
        csrf,
        "/keys",
        fault=form.fault,
        is_over=is_over,
        symbol="pencil",
    )


def expiry_choices(default_days: int, *, may_never: bool) -> list[Choice]:
    """Return the ends that a key can be given."""
    days = sorted({7, 30, default_days, 180, 365})
    choices = [Choice(str(each), _day_words(each, default_days)) for each in days]
    choices.append(Choice("until", "On a date I choose"))
    if may_never:
        choices.append(Choice("never", "Never (not advised)"))
    return choices


def _key_fields(form: KeyFormState, expiry: Sequence[Choice], roles: Sequence[Choice]) -> list[Component]:
    fields: list[Component] = [
        TextField(
            "name",
            "Name",
            form.name,
            hint="What will use it, such as “Nightly export”.",
            error=form.errors.get("name", ""),
            is_first=True,
            max_length=80,
        ),
        SelectField("expiry", "Ends", expiry, form.expiry, error=form.errors.get("expires_at", "")),
        TextField(
            "until",
            "End date",
            form.until,
            kind="date",
            is_required=False,
            hint="Only for “On a date I choose”.",
            error=form.errors.get("until", ""),
        ),
    ]
    if len(roles) > 1:
        fields.append(
            SelectField(
                "role",
                "May do at most",
                roles,
                form.role or roles[0].value,
                hint="A key never does more than you may do when it is used.",
                error=form.errors.get("role", ""),
            )
        )
    return [*fields, _description(form), _addresses(form)]


def _description(form: KeyFormState) -> TextField:
    wrong = form.errors.get("description", "")
    return TextField(
        "description", "Description", form.description, error=wrong, is_required=False, max_length=500
    )


def _addresses(form: KeyFormState) -> Advanced:
    wrong = form.errors.get("ip_allowlist", "")
    field = TextField(
        "ip_allowlist",
        "Only from these addresses",
        form.ip_allowlist,
        is_required=False,
        hint="Such as 10.20.0.0/16; 192.0.2.7. Calls from elsewhere are refused. Empty: from everywhere.",
        error=wrong,
        max_length=4000,
    )
    return Advanced("Advanced", [field], is_open=bool(form.ip_allowlist or wrong))


def _day_words(days: int, default_days: int) -> str:
    words = "In a year" if days == 365 else f"In {days} days"  # noqa: PLR2004
    return f"{words} (usual)" if days == default_days else words


def revealed(
    name: str, key: str, ends: str, url: str, content_url: str | None, *, is_over: bool
) -> RevealOnce:
    """Return the only view of a new key. *ends* says when it ends, in words."""
    target = content_url or f"{url}/api/v1/me"
    snippets = [
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {target}'),
        Snippet(
            "Python",
            "import os, urllib.request\n\n"
            f'request = urllib.request.Request("{target}")\n'
            'request.add_header("Authorization", "Key " + os.environ["GATEPOST_API_KEY"])\n'
            "print(urllib.request.urlopen(request).read().decode())",
        ),
        Snippet(
            "R",
            "library(httr)\n\n"
            f'GET("{target}",\n'
            '    add_headers(Authorization = paste("Key", Sys.getenv("GATEPOST_API_KEY"))))',
        ),
    ]
    return RevealOnce(
        f"Key “{name}” is ready",
        f"Personal key, acts as you. {ends}",
        key,
        "The new API key",
        "Put it in your secret store now. If it is lost, make a new one; "
        "nobody, administrators included, can read this one.",
        "/keys",
        snippets,
        "From a shell: read -rs GATEPOST_API_KEY && export GATEPOST_API_KEY keeps it out of your history.",
        is_over=is_over,
    )


def same_keys(url: str) -> list[Snippet]:
    """Return how keys are made, listed and deleted by CLI and API."""
    body = '{"name": "Nightly export", "ip_allowlist": "10.20.0.0/16"}'
    headers = '-b "$COOKIES" -H "X-Gatepost-CSRF: $CSRF"'
    return [
        Snippet(
            "CLI",
            'gatepost keys create "Nightly export" --expires 90\n'
            'gatepost keys list\ngatepost keys delete "Nightly export"',
        ),
        Snippet(
            "curl, with the session of a login (a key makes no keys)",
            f"curl {headers} --json \\\n  '{body}' \\\n  {url}/api/v1/keys",
        ),
    ]
