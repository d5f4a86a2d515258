"""The policies of an instance and their defaults."""

from dataclasses import asdict, dataclass, fields, replace

from gatepost_server.kernel.errors import FieldFault, Invalid

_ACCESS = ("grants", "signed_in", "anyone")


@dataclass(frozen=True)
class Policies:
    """What people on this server may choose, and up to where.

    `access_ceiling` is the widest general access that content may be given.
    """

    access_ceiling: str = "anyone"

    def changed(self, wanted: dict[str, object]) -> "Policies":
        """Return these policies with *wanted* changes.

        Raises:
            Invalid: an unknown policy, or a value it cannot have.
        """
        known = {one.name for one in fields(self)}
        unknown = sorted(set(wanted) - known)
        if unknown:
            raise Invalid(
                "Unknown policy.", faults=[FieldFault(name, "there is no such policy") for name in unknown]
            )
        if wanted.get("access_ceiling", "anyone") not in _ACCESS:
            raise Invalid(
                "Unknown access type.", faults=[FieldFault("access_ceiling", f"one of {', '.join(_ACCESS)}")]
            )
        return replace(self, **{name: str(value) for name, value in wanted.items()})

    def as_dict(self) -> dict[str, object]:
        """Return every policy by name."""
        return asdict(self)
