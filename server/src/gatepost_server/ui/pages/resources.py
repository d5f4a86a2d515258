"""What a version asks for: its card, and the dialog that changes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gatepost_server.apps import MOST_REPLICAS, SIZES, KeyScopeLevel, Resources, size_of
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import Text
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.pieces import Card, Fact, Facts
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.versions import VersionRow

AS_IT_IS: Final = "as-it-is"
UNSET: Final = ""
LEVEL_WORDS: Final[dict[str, str]] = {
    UNSET: "Not set (as Viewer)",
    KeyScopeLevel.NONE: "None: no key",
    KeyScopeLevel.VIEWER: "Viewer: read",
    KeyScopeLevel.USER: "User: create, read and write",
    KeyScopeLevel.ADMIN: "Admin: create, read, write and delete",
}


@dataclass(frozen=True)
class Asked:
    """What stands in the fields of the form."""

    size: str
    level: str
    pause: str
    replicas: str
    affinity: str
    reach: str = ""
    health: str = ""

    @classmethod
    def of(cls, wanted: Resources) -> "Asked":
        """Return what stands for *wanted*."""
        size = size_of(wanted)
        return cls(
            size.name if size else AS_IT_IS,
            wanted.required_key_scope_level or UNSET,
            pause_value(wanted.idle_pause_minutes),
            str(wanted.replicas),
            KEPT if wanted.session_affinity else "",
            "\n".join(wanted.visitor_reach or ()),
            wanted.health_path or "",
        )


REPLICAS: Final = tuple(str(count) for count in range(1, MOST_REPLICAS + 1))
KEPT: Final = "on"
PAUSES: Final = (None, 0, 5, 15, 30, 60, 240, 1440)
"""Minutes without a call that the form offers; none as the server does, 0 never."""


def processes_words(wanted: Resources) -> str:
    """Say how many processes answer, and whether a browser keeps to one of them."""
    if wanted.replicas == 1:
        return "One"
    return f"{wanted.replicas}, {'each browser kept to one' if wanted.session_affinity else 'any answers'}"


def pause_words(minutes: int | None) -> str:
    """Say after how long without a call it pauses."""
    if minutes is None:
        return "As usual on this server"
    return f"After {_span(minutes)} without a call" if minutes else "Off: it never pauses"


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest:
        return f"{minutes} minute{'s' * (minutes != 1)}"
    return f"{hours} hour{'s' * (hours != 1)}"


def reach_words(wanted: Resources) -> str:
    """Say on which projects and datasets visitors' keys count."""
    if wanted.visitor_reach is None:
        return "All that the visitor may"
    return f"Of what the visitor may only {', '.join(wanted.visitor_reach)}"


def health_words(wanted: Resources) -> str:
    """Say what a process has to answer."""
    return "Any answer will do" if wanted.health_path is None else f"200 to 399 at {wanted.health_path}"


def pause_value(minutes: int | None) -> str:
    """Return what stands for an idle pause in the form."""
    return "" if minutes is None else str(minutes)


def _pauses(present: int | None) -> list[Choice]:
    offered = PAUSES if present in PAUSES else (*PAUSES, present)
    return [Choice(pause_value(one), pause_words(one)) for one in offered]


def limit_words(wanted: Resources) -> str:
    """Say CPU and memory, by the name of their size where they have one."""
    size, cores = size_of(wanted), "core" if wanted.cpu == 1 else "cores"
    said = f"{wanted.cpu:g} {cores}, {wanted.memory} MiB"
    return f"{size.words}: {said}" if size else said


def files_card(base: str, row: VersionRow) -> Card:
    """Return the card that leads to a version's files."""
    assert row.files is not None, "who sees the page of a version sees all of it"
    said = f"{row.files} {'file' if row.files == 1 else 'files'}"
    see = ButtonLink("See files", f"{base}/files", symbol="file-text", extra="btn-sm")
    return Card(
        "Files", Text(said, "To read, edit and download." if row.is_draft else "To read and download."), see
    )


def resources_card(wanted: Resources, edit: str = "") -> Card:
    """Return the card of a version's resources; *edit* is where they are changed, if they may be."""
    facts = [
        Fact("CPU and memory", limit_words(wanted)),
        Fact("Processes", processes_words(wanted)),
        Fact("Idle pause", pause_words(wanted.idle_pause_minutes)),
        Fact("Required key scope level", LEVEL_WORDS[wanted.required_key_scope_level or UNSET]),
        Fact("Visitors’ keys reach", reach_words(wanted)),
        Fact("Health", health_words(wanted)),
    ]
    button = ButtonLink("Edit", edit, symbol="pencil", opens_dialog=True, extra="btn-sm") if edit else None
    return Card("Resources", Facts(facts), button)


def resources_dialog(
    base: str,
    row: VersionRow,
    asked: Asked,
    csrf: str,
    url: str,
    *,
    fault: str = "",
    faults: Mapping[str, str] | None = None,
    is_over: bool,
) -> FormDialog:
    """Return the form that changes what a version asks for; *base* is its page."""
    assert row.resources is not None, "who may edit a source sees all of it"
    said = "It takes effect once the draft is built and deployed."
    if not row.is_draft:
        said = f"v{row.number} never changes: a draft with its files is begun. {said}"
    return FormDialog(
        "Update resources",
        f"{base}/resources",
        "Update",
        _fields(row.resources, asked, faults or {}),
        csrf,
        base,
        sentence=said,
        fault=fault,
        is_over=is_over,
        symbol="settings",
        same=_same(base, row.number, url),
    )


def _fields(present: Resources, asked: Asked, faults: Mapping[str, str]) -> list[Component]:
    return [
        SelectField("size", "CPU and memory", _sizes(present), asked.size),
        SelectField("replicas", "Processes", [Choice(one, one) for one in REPLICAS], asked.replicas),
        SelectField(
            "affinity",
            "Session affinity",
            [Choice("", "Off: any process answers"), Choice(KEPT, "On: a browser keeps to one process")],
            asked.affinity,
            hint="For applications that remember something between two calls; needs several processes.",
        ),
        SelectField(
            "pause",
            "Idle pause",
            _pauses(present.idle_pause_minutes),
            asked.pause,
            hint="Nobody calls it for so long: its process ends, and the next call starts it.",
        ),
        SelectField(
            "level",
            "Required key scope level",
            [Choice(value, words) for value, words in LEVEL_WORDS.items()],
            asked.level,
            hint="How far the application’s key and its visitors’ keys reach. "
            "Where it rises, only an owner of the application may deploy the version.",
        ),
        _reach_field(asked, faults),
        _health_field(asked, faults),
    ]


def _reach_field(asked: Asked, faults: Mapping[str, str]) -> TextArea:
    return TextArea(
        "reach",
        "What visitors’ keys reach",
        asked.reach,
        hint="Projects by key, datasets as PROJECT/dataset, one a line. Empty: all that the visitor may.",
        error=faults.get("visitor_reach", ""),
        lines=3,
    )


def _health_field(asked: Asked, faults: Mapping[str, str]) -> TextField:
    return TextField(
        "health",
        "Health path",
        asked.health,
        hint="Where a process answers 200 to 399 while it is well. Empty: any answer will do.",
        error=faults.get("health_path", ""),
        is_required=False,
        max_length=200,
    )


def _same(base: str, number: int, url: str) -> list[Snippet]:
    body = '{"cpu": 1, "memory": 512, "replicas": 2, "required_key_scope_level": "user"}'
    call = 'curl -X PUT -H "Authorization: Key $GATEPOST_API_KEY" --json'
    source = base.split("/")[2]
    return [
        Snippet(
            "CLI", f"gatepost sources resources {source} {number} --size small --replicas 2 --level user"
        ),
        Snippet("curl", f"{call} '{body}' \\\n  {url}/api/v1{base}/resources"),
    ]


def _sizes(present: Resources) -> list[Choice]:
    found = [Choice(one.name, f"{one.words}: {_amount(one.cpu, one.memory)}") for one in SIZES]
    if size_of(present) is None:
        found.insert(0, Choice(AS_IT_IS, f"As it is: {_amount(present.cpu, present.memory)}"))
    return found


def _amount(cpu: float, memory: int) -> str:
    return f"{cpu:g} {'core' if cpu == 1 else 'cores'}, {memory} MiB"


def shown_resources(row: VersionRow, edit: str) -> list[Component]:
    """Return the card of a version's resources, where they are to be seen."""
    return [resources_card(row.resources, edit)] if row.resources is not None else []
