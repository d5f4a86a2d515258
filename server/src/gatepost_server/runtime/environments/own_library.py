"""Our own client library as a wheel: what a bundle gets when it asks for `gatepost`.

It is that of this server, and never comes from an index, where anybody may have put a
package of that name.
"""

import base64
import hashlib
import zipfile
from dataclasses import dataclass
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Final

NAME: Final = "gatepost"
_FIXED: Final = (1980, 1, 1, 0, 0, 0)
_KINDS: Final = (".py", ".typed")
_WHEEL: Final = "Wheel-Version: 1.0\nGenerator: gatepost-server\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class OwnLibrary:
    """The wheel, and a digest that tells one version of its files from another."""

    wheel: Path
    digest: str

    def override(self) -> str:
        """Return the line by which uv takes the wheel for whatever asks for the library."""
        return f"{NAME} @ {self.wheel.as_uri()}\n"


def write_own_library(folder: Path) -> OwnLibrary:
    """Write the wheel below *folder*, or find it there; older ones stay for environments being built.

    Raises:
        OSError: the folder cannot be written.
        LookupError: the library is not installed beside the server.
    """
    spec = find_spec(NAME)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(NAME)
    package = Path(spec.submodule_search_locations[0])
    told = distribution(NAME)
    contents = {
        f"{NAME}/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.suffix in _KINDS
    }
    info = f"{NAME}-{told.version}.dist-info"
    contents[f"{info}/METADATA"] = (told.read_text("METADATA") or "").encode()
    contents[f"{info}/WHEEL"] = _WHEEL.encode()
    record = "".join(f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in contents.items())
    contents[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    digest = hashlib.sha256(contents[f"{info}/RECORD"]).hexdigest()[:16]
    home = folder / digest
    wheel = home / f"{NAME}-{told.version}-py3-none-any.whl"
    if not wheel.exists():
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        _write(wheel, contents)
    return OwnLibrary(wheel, digest)


def _write(wheel: Path, contents: dict[str, bytes]) -> None:
    """Write aside, then rename: whoever sees the wheel sees it whole."""
    aside = wheel.with_suffix(".part")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED), data)
    aside.chmod(0o644)
    aside.rename(wheel)


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
