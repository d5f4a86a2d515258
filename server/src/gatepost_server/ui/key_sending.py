"""What the form of a key sends, and what is wrong with it."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Form

from gatepost_server.kernel.errors import FieldFault, GatepostError, Invalid
from gatepost_server.keys import Change, Draft, Key, ProjectRights
from gatepost_server.ui.endings import expiry_of
from gatepost_server.ui.pages.key_form import KeyForm
from gatepost_server.ui.visits import fault_of, faults_of


@dataclass(frozen=True)
class Sent:
    """What the form of a key sends."""

    form: KeyForm
    rights: str

    def draft(self, now: datetime) -> Draft:
        """Return what is said of a new key.

        Raises:
            Invalid: no end was chosen.
        """
        expiry = expiry_of(self.form.expiry, self.form.until, now)
        return Draft(self.form.name, self.form.description, expiry, self.form.ip_allowlist)

    @property
    def origins(self) -> list[str]:
        """The origins, one a line."""
        return self.form.origins.split()

    @property
    def run_as(self) -> str | None:
        """The one user who was named; None for nobody."""
        names = [name.strip() for name in self.form.run_as.split(",") if name.strip()]
        if len(names) > 1:
            raise Invalid("One user only.", faults=[FieldFault("run_as", "name one user")])
        return names[0] if names else None


def sent(
    *,
    name: Annotated[str, Form(max_length=200)] = "",
    description: Annotated[str, Form(max_length=1000)] = "",
    expiry: Annotated[str, Form(max_length=20)] = "",
    until: Annotated[str, Form(max_length=20)] = "",
    ip_allowlist: Annotated[str, Form(max_length=5000)] = "",
    run_as: Annotated[list[str] | None, Form(max_length=10)] = None,
    origins: Annotated[str, Form(max_length=5000)] = "",
    sponsor: Annotated[str, Form(max_length=200)] = "",
    rights: Annotated[str, Form(max_length=100_000)] = "",
) -> Sent:
    """Return what a form sent."""
    user = ", ".join(one for one in run_as or [] if one.strip())
    form = KeyForm(name, description, expiry, until, ip_allowlist, user, origins, sponsor)
    return Sent(form, rights.replace("\r\n", "\n"))


SentForm = Annotated[Sent, Depends(sent)]


def change_of(key: Key, form: KeyForm, now: datetime) -> Change:
    """Return what a form changes of what is said about a key."""
    addresses = "".join(form.ip_allowlist.split())
    return Change(
        name=form.name if form.name.strip() != key.name else None,
        description=form.description if form.description.strip() != key.description else None,
        expiry=expiry_of(form.expiry, form.until, now),
        ip_allowlist=form.ip_allowlist if addresses != (key.ip_allowlist or "").replace(" ", "") else None,
    )


def rights_of(text: str) -> ProjectRights:
    """Read the JSON of a key's rights.

    Raises:
        Invalid: it is not JSON, or not of this shape; the fault of `rights` says the line.
    """
    try:
        held: Any = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _wrong(f"this is not JSON: line {line}", line) from None
    known = isinstance(held, dict) and set(held) <= {"permissions", "datasets"}
    if not known:
        raise _wrong("it has to be an object with permissions and datasets, and nothing else")
    permissions, datasets = held.get("permissions", []), held.get("datasets", {})
    if not isinstance(datasets, dict) or not all(
        _are_names(one) for one in (permissions, *datasets.values())
    ):
        raise _wrong("permissions are a list of names; datasets are such lists by the name of a dataset")
    return ProjectRights(permissions, datasets)


def _are_names(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _wrong(detail: str, line: int | None = None) -> Invalid:
    return Invalid("The JSON cannot be used.", faults=[FieldFault("rights", detail)], params={"line": line})


def rights_fault(error: GatepostError, text: str) -> tuple[str, int]:
    """Return what is wrong with the JSON and in which line; empty when it is something else."""
    line = error.params.get("line")
    for fault in error.faults:
        if fault.field.split(".")[0] in ("rights", "permissions", "datasets"):
            return faults_of(error)[fault.field], int(line) if line else _line_of(text, fault)
    return "", 0


def _line_of(text: str, fault: FieldFault) -> int:
    quoted = fault.detail.split("'")[1] if fault.detail.count("'") > 1 else fault.field.partition(".")[2]
    at = text.find(f'"{quoted}"') if quoted else -1
    return text[:at].count("\n") + 1 if at >= 0 else 0


def faulty(form: KeyForm, error: GatepostError) -> KeyForm:
    """Return *form* with what is wrong with it, each where it belongs."""
    faults = faults_of(error)
    if error.error_code == "consent-required":
        faults = {"run_as": error.detail}
    fault = "" if faults else fault_of(error)
    return replace(form, errors=faults, fault=fault)
