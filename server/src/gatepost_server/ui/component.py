"""What a component is: typed props, and a template that sees nothing else."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.static_files import vendor_path

TEMPLATES = Path(__file__).parent / "templates"


def icon(name: Icon, size: str = "", spin: bool = False) -> Markup:
    """Draw one icon of the sprite, hidden from screen readers (words stand beside it)."""
    extra = f" {size}" if size else ""
    turning = " spin" if spin else ""
    return Markup('<svg class="ti ti-{}{}{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        name, extra, turning, vendor_path("icons.svg"), name
    )


@cache
def templates() -> Environment:
    """Return the one environment: escaping everywhere, unknown names fail."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals = {"icon": icon}
    return environment


@dataclass(frozen=True)
class Component:
    """A piece of page. Fields and public properties are all that its template sees.

    Put one into another by naming it: `{{ badge }}` draws the component held in the prop
    `badge`. Whether something may be done is decided by the page and passed in.
    """

    template: ClassVar[str]

    def props(self) -> dict[str, Any]:
        """Return what the template sees."""
        derived = {
            name: getattr(self, name)
            for cls in type(self).__mro__
            for name, value in vars(cls).items()
            if isinstance(value, property) and not name.startswith("_")
        }
        return derived | {field.name: getattr(self, field.name) for field in fields(self)}

    def __html__(self) -> str:
        """Draw the component (called by the template it stands in)."""
        return templates().get_template(self.template).render(self.props())

    def __str__(self) -> str:
        return self.__html__()
