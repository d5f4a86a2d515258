"""Whom a share would let in, said before it is made (F3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.authz import Effect
from gatepost_server.ui.component import Component


@dataclass(frozen=True)
class EffectBox(Component):
    """The box above the button: the number first, then what else to know.

    `count` is how many people and sets are named; the button says it.
    """

    template: ClassVar[str] = "sharing/effect.html"
    headline: str = ""
    rest: str = ""
    more: Sequence[str] = ()
    fault: str = ""
    count: int = 0
    is_update: bool = False


def effect_box(effect: Effect, count: int, *, is_update: bool = False) -> EffectBox:
    """Return what *effect* comes to in words."""
    more = []
    if effect.outside:
        more.append(f"{_people(effect.outside)} of them {_be(effect.outside)} of another organization.")
    if effect.unread:
        one = "it" if len(effect.unread) == 1 else "them"
        more.append(
            f"Whoever is in {_joined(effect.unread)} gets in too; who that is, you may not see in {one}."
        )
    had = f"{_people(effect.had)} had it already." if effect.had else ""
    return EffectBox(_gain(effect), had, more, count=count, is_update=is_update)


def _gain(effect: Effect) -> str:
    if effect.names:
        verb = "gains" if effect.gain == 1 else "gain"
        return f"{_joined(effect.names)} {verb} entry."
    if not effect.gain:
        return "Nobody else is known to gain entry." if effect.unread else "Nobody gains entry."
    return f"{_people(effect.gain)} {'gains' if effect.gain == 1 else 'gain'} entry."


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
