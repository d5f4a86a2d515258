"""The question before all that somebody gave on a thing is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.pages.sharing import AccessRow, Shared


@dataclass(frozen=True)
class Ending:
    """A grant that ends, and what its holder keeps on the thing by others."""

    grant: AccessRow
    kept: Sequence[AccessRow] = ()


def take_all_dialog(
    shared: Shared, endings: Sequence[Ending], csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question; it names the giver, the thing, and who loses what."""
    first = endings[0].grant
    giver = "you" if first.is_from_you else first.given_by
    what = "One role ends" if len(endings) == 1 else f"All {len(endings)} of these end"
    return ConfirmDialog(
        f"Take back all that {giver} gave on {shared.name}?",
        f"{what} at once, or nothing does. Each can be given again.",
        f"{shared.here}/given-by/{first.giver_id}/remove",
        f"Take back all on {shared.name}",
        csrf,
        shared.here,
        [*map(_said, endings), shared.effect],
        fault=fault,
        is_over=is_over,
        symbol="user-off",
    )


def _said(ending: Ending) -> str:
    grant = ending.grant
    who = f"{grant.name} ({grant.username})" if grant.kind == "user" else f"The {grant.kind} {grant.name}"
    lost = f"{who} loses {_held(grant)}."
    kept = ", ".join(f"{_held(one)} by {one.given_by}" for one in ending.kept)
    return f"{lost} Stays: {kept}." if kept else lost


def _held(grant: AccessRow) -> str:
    return f"the role {grant.role}" if grant.role else f"these permissions: {grant.permissions}"
