"""Designing a data API: where it reads, what comes back, what may be sent, and its limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.dataapis import CallerAttribute, Limits, Operation, Operator, ParameterType
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.application import TwoColumns
from gatepost_server.ui.pages.data_api import OPERATION_WORDS, ApiView, page
from gatepost_server.ui.pages.project import ProjectView

TYPES: Final = [
    Choice(ParameterType.STRING, "Text"),
    Choice(ParameterType.INTEGER, "Whole number"),
    Choice(ParameterType.DOUBLE, "Number"),
    Choice(ParameterType.DECIMAL, "Exact number"),
    Choice(ParameterType.BOOLEAN, "Yes or no"),
    Choice(ParameterType.DATE, "Date"),
    Choice(ParameterType.TIME, "Time of day"),
    Choice(ParameterType.TIMESTAMP, "Date and time"),
    Choice(ParameterType.TIMESTAMP_TZ, "Date and time with zone"),
]
OPERATORS: Final = [
    Choice(Operator.EQUAL, "is"),
    Choice(Operator.NOT_EQUAL, "is not"),
    Choice(Operator.LESS, "is below"),
    Choice(Operator.AT_MOST, "is at most"),
    Choice(Operator.MORE, "is above"),
    Choice(Operator.AT_LEAST, "is at least"),
    Choice(Operator.CONTAINS, "contains"),
    Choice(Operator.BEGINS, "begins with"),
]
CALLERS: Final = [
    Choice(CallerAttribute.ID, "the caller’s id"),
    Choice(CallerAttribute.NAME, "the caller’s name"),
    Choice(CallerAttribute.EMAIL, "the caller’s email"),
    Choice(CallerAttribute.ORGANIZATION, "the caller’s organization"),
    Choice(CallerAttribute.CLIENT_ID, "the calling application’s id"),
    Choice(CallerAttribute.APP_KEY, "the calling application’s AppKey"),
    Choice(CallerAttribute.KIND, "the kind of caller"),
]
LIMITS: Final = {
    "page_rows": ("Rows a page", "So many at most come with one call."),
    "total_rows": ("Rows in all", "Further pages end there."),
    "seconds": ("Seconds", "After so many the source is stopped."),
    "calls_per_minute": ("Calls a minute", "Of each caller; 0 is no limit."),
    "at_once": ("Calls at a time", "Of each caller; 0 is no limit."),
    "cache_seconds": ("Seconds in the cache", "0 asks the source each time."),
}
_FIELD_FAULTS: Final = ("fields", "key", "sortable")


@dataclass(frozen=True)
class FieldLine:
    """A column of the source: whether it comes back, may be ordered by, tells rows apart."""

    name: str
    type: str = ""
    description: str = ""
    is_on: bool = True
    is_sortable: bool = False
    is_key: bool = False


@dataclass(frozen=True)
class ParameterLine:
    """A parameter as it is typed; `choices` stand below one another."""

    name: str = ""
    type: str = ParameterType.STRING
    is_required: bool = False
    is_many: bool = False
    default: str = ""
    min: str = ""
    max: str = ""
    max_length: str = ""
    choices: str = ""
    column: str = ""
    operator: str = Operator.EQUAL
    description: str = ""

    @property
    def has_more(self) -> bool:
        """True when something stands behind the fold."""
        return any((self.min, self.max, self.max_length, self.choices, self.description))


@dataclass(frozen=True)
class RuleLine:
    """A row rule as it is typed."""

    column: str = ""
    caller: str = CallerAttribute.CLIENT_ID


def _usual() -> dict[str, str]:
    return {name: str(getattr(Limits(), name)) for name in LIMITS}


@dataclass(frozen=True)
class Offer:
    """What a source has to choose from: its schemas, the tables of one, and how many are not named."""

    schemas: Sequence[str]
    tables: Sequence[str]
    more: int = 0


@dataclass(frozen=True)
class DesignForm:
    """A definition as it is typed; `name`, `slug` and `description` only of a new one."""

    connection: str = ""
    credential: str = ""
    kind: str = "sql"
    sql: str = ""
    schema: str = ""
    table: str = ""
    operations: frozenset[str] = frozenset({Operation.LIST})
    fields: Sequence[FieldLine] = ()
    parameters: Sequence[ParameterLine] = ()
    rules: Sequence[RuleLine] = ()
    order: str = ""
    limits: Mapping[str, str] = field(default_factory=_usual)
    needs_signed_body: bool = False
    note: str = ""
    name: str = ""
    slug: str = ""
    description: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    checked: str = ""
    offer: Offer | None = None


@dataclass(frozen=True)
class DesignEditor(Component):
    """The form of a definition; each of its buttons sends all of it."""

    template: ClassVar[str] = "dataapis/design.html"
    form: DesignForm
    action: str
    csrf: str
    source: str
    change_source: str
    accounts: Sequence[Choice]
    add_account: str
    browse: str
    submit: str
    is_new: bool

    types: ClassVar[Sequence[Choice]] = TYPES

    @property
    def choices(self) -> Mapping[str, Sequence[Choice]]:
        """What can be chosen, by what it is for."""
        return {"types": TYPES, "operators": OPERATORS, "callers": CALLERS}

    @property
    def operations(self) -> Sequence[tuple[Choice, bool]]:
        """The operations, and which of them need a table."""
        return [(Choice(one.value, OPERATION_WORDS[one.value]), one.is_writing) for one in Operation]

    @property
    def limit_words(self) -> Mapping[str, tuple[str, str]]:
        """What each limit is called, and what it means."""
        return LIMITS

    @property
    def field_fault(self) -> str:
        """What is wrong with the fields."""
        found = [self.form.faults[name] for name in _FIELD_FAULTS if name in self.form.faults]
        return " ".join(found)

    @property
    def parameter_faults(self) -> Sequence[str]:
        """What is wrong with each parameter."""
        return [self._faults_of(f"parameters.{at}") for at in range(len(self.form.parameters))]

    @property
    def is_limited(self) -> bool:
        """True when a limit is faulty, so that they are shown."""
        return any(name.startswith("limits.") for name in self.form.faults)

    def _faults_of(self, where: str) -> str:
        return " ".join(
            words for name, words in self.form.faults.items() if name == where or name.startswith(f"{where}.")
        )


def new_page(view: ProjectView, editor: DesignEditor) -> Component:
    """Return the page that makes a data API over a connection that was chosen."""
    create = f"gatepost apis create {view.key} 'Orders by depot' --from definition.json"
    head = PageHead(
        "New data API", "It reads as you, with the rights that you have whenever it is called.",
        [Crumb("Projects", "/projects"), Crumb(view.name, view.base), Crumb("Data APIs", f"{view.base}/apis"),
         Crumb("New data API")],
        [SameWith([Snippet("CLI", create)])],
    )  # fmt: skip
    return Stack([head, editor])


def design(
    view: ApiView, editor: DesignEditor, beside: Component, now: datetime, csrf: str, url: str
) -> Component:
    """Return the tab where an API is designed; *beside* shows how it is called."""
    parts: list[Component] = []
    latest = view.one.latest
    if latest is not None and latest.number != view.one.production_version and view.one.production_version:
        parts.append(
            Note(
                f"You are looking at version {latest.number}, which is in development.",
                f"Programs get version {view.one.production_version} until you publish this one.",
            )
        )
    return page(view, "design", [*parts, TwoColumns(editor, beside)], now, csrf, url)


def no_account(connection: str) -> Component:
    """Return the way to an account that signs in at a connection."""
    return ButtonLink("Add an account", f"/connections/{connection}/credentials/add", opens_dialog=True)


def checked_badge(words: str) -> StateBadge:
    """Return that a definition can be saved."""
    return StateBadge(words, "green", "shield-check")
