"""The form of keys that hold rights of their own: what is said of them, and the page around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from gatepost_server.keys import Key
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import Advanced, PeopleField, SelectField, TextField
from gatepost_server.ui.kit.heads import SameWith, Snippet
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.key_facts import day
from gatepost_server.ui.pages.keys import STAYS, expiry_choices


@dataclass(frozen=True)
class KeyForm:
    """What was typed about a key, and what is wrong with it, by field."""

    name: str = ""
    description: str = ""
    expiry: str = STAYS
    until: str = ""
    ip_allowlist: str = ""
    run_as: str = ""
    origins: str = ""
    sponsor: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    @classmethod
    def of(cls, key: Key) -> "KeyForm":
        """Return the form as it stands for *key*."""
        return cls(
            key.name,
            key.description,
            ip_allowlist=(key.ip_allowlist or "").replace(";", "; "),
            run_as=key.run_as.name if key.run_as else "",
            origins="\n".join(key.allowed_origins),
        )


@dataclass(frozen=True)
class FormChoices:
    """What may be chosen in a key's form: ends, groups that may answer for it (new keys only).

    `find` answers `?q=` with people; `consent` says how the associated user stands.
    """

    find: str
    default_days: int
    may_never: bool
    sponsors: Sequence[Choice] = ()
    consent: str = ""
    has_origins: bool = True


@dataclass(frozen=True)
class KeyFields(Component):
    """The card with what is said of a key."""

    template: ClassVar[str] = "keys/key_fields.html"
    title: str
    fields: Sequence[Component]


@dataclass(frozen=True)
class KeyPage(Component):
    """One key, or a new one: its form with the rights in it, and below it what may be done."""

    template: ClassVar[str] = "keys/key_page.html"
    title: str
    code: str
    sentence: str
    action: str
    submit: str
    back: str
    cancel: str
    csrf: str
    parts: Sequence[Component]
    badge: Component | None = None
    notes: Sequence[Component] = ()
    fault: str = ""
    same: Sequence[Snippet] = ()
    below: Sequence[Component] = ()

    @property
    def same_with(self) -> SameWith | None:
        """The same by CLI and API, behind its button."""
        return SameWith(self.same) if self.same else None


def about(form: KeyForm, choices: FormChoices, key: Key | None = None) -> KeyFields:
    """Return the card with name, end and associated user; the rest is folded away."""
    name = TextField(
        "name",
        "Name",
        form.name,
        hint="What will use it, such as “Nightly loader”.",
        error=form.errors.get("name", ""),
        is_first=key is None,
        max_length=100,
    )
    ends = expiry_choices(choices.default_days, may_never=choices.may_never)
    if key is not None:
        ends = [Choice(STAYS, f"Stays: {day(key.expires_at) if key.expires_at else 'never'}"), *ends]
    expiry = SelectField("expiry", "Ends", ends, form.expiry, error=form.errors.get("expires_at", ""))
    until = TextField(
        "until", "End date", form.until, kind="date", is_required=False, error=form.errors.get("until", "")
    )
    person = PeopleField(
        "run_as",
        "Associated user",
        choices.find,
        form.run_as,
        choices.consent or "Whose data rules narrow what the key reads, if anybody’s. It gives no right.",
        form.errors.get("run_as", ""),
        is_first=False,
    )
    description = TextField(
        "description",
        "Description",
        form.description,
        is_required=False,
        max_length=500,
        error=form.errors.get("description", ""),
    )
    return KeyFields("About the key", [name, expiry, until, person, description, _narrowing(form, choices)])


def _narrowing(form: KeyForm, choices: FormChoices) -> Advanced:
    fields: list[Component] = [
        TextField(
            "ip_allowlist",
            "Only from these addresses",
            form.ip_allowlist,
            is_required=False,
            max_length=4000,
            hint="Such as 10.20.0.0/16; 192.0.2.7. Calls from elsewhere are refused. Empty: from everywhere.",
            error=form.errors.get("ip_allowlist", ""),
        )
    ]
    if choices.has_origins:
        fields.append(
            TextArea(
                "origins",
                "Allowed origins",
                form.origins,
                lines=2,
                max_length=4000,
                hint="Web pages that may call the API with it, one a line, such as https://maps.example.com.",
                error=form.errors.get("allowed_origins", ""),
            )
        )
    if len(choices.sponsors) > 1:
        fields.append(
            SelectField(
                "sponsor",
                "Sponsor",
                choices.sponsors,
                form.sponsor,
                error=form.errors.get("sponsor", ""),
                hint="Who answers for it: the key never does more than its sponsor may.",
            )
        )
    narrow = ("ip_allowlist", "allowed_origins", "sponsor")
    is_open = bool(form.ip_allowlist or form.origins or any(form.errors.get(one) for one in narrow))
    title = "Addresses, web origins, sponsor" if len(fields) > 2 else "Addresses and web origins"  # noqa: PLR2004
    return Advanced(title if choices.has_origins else "Addresses", fields, is_open)


def consent_words(key: Key) -> str:
    """Say how the associated user of *key* stands to being it."""
    if key.run_as is None:
        return ""
    if key.run_as_counts:
        return f"{key.run_as.label} is the associated user: their data rules narrow what the key reads."
    return f"{key.run_as.label} agrees no longer: the key opens no data until they do, or another is named."


def history(key: Key, now: datetime) -> str:
    """Say who made a key, when it was used, and when it ends."""
    made = f"Made by {key.created_by.label}" if key.created_by else "Made"
    last = "never used"
    if key.last_used_at is not None:
        last = f"last used {day(key.last_used_at)}, {key.last_used_at:%H:%M} UTC"
        last += f" from {key.last_used_ip}" if key.last_used_ip else ""
    ends = "never ends" if key.expires_at is None else f"ends {day(key.expires_at)}"
    if key.expires_at is not None and key.expires_at <= now:
        ends = f"ended {day(key.expires_at)}"
    return f"{made} on {day(key.created_at)} · {last} · {ends}"
