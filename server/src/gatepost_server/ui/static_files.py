"""Our own and the fetched assets: their addresses, and how they are served.

Every address holds a fingerprint, so an answer may be kept for a year. Own style sheets are
joined into one in the order of their names.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
PREFIX = "/static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class AssetsMissing(Exception):
    """static/vendor was not built; `make assets` (or `make up`) builds it."""


@dataclass(frozen=True)
class StaticFile:
    """The bytes of one asset, with the encodings that are kept beside it."""

    content_type: str
    plain: bytes
    gzipped: bytes | None = None
    brotli: bytes | None = None

    def best_for(self, accept_encoding: str) -> tuple[bytes, str | None]:
        """Return the smallest form that the caller understands, and its encoding."""
        accepted = {part.split(";")[0].strip() for part in accept_encoding.split(",")}
        if self.brotli is not None and "br" in accepted:
            return self.brotli, "br"
        if self.gzipped is not None and "gzip" in accepted:
            return self.gzipped, "gzip"
        return self.plain, None


@cache
def _manifest() -> dict[str, str]:
    try:
        held: dict[str, str] = json.loads((VENDOR / "manifest.json").read_text())
    except FileNotFoundError as fault:
        raise AssetsMissing("The web assets were not fetched yet; run `make assets`.") from fault
    return held


def vendor_path(name: str) -> str:
    """Return the address of a fetched asset (`kit.css`, `icons.svg`, `htmx.js`, …).

    Raises:
        AssetsMissing: static/vendor was not built.
    """
    return f"{PREFIX}/vendor/{_manifest()[name]}"


@cache
def own_files() -> dict[str, StaticFile]:
    """Return our own assets by name: `gatepost.css`, `api_docs.css` and `js/<island>.js`."""
    styles = b"\n".join(path.read_bytes() for path in sorted((STATIC / "css").glob("*.css")))
    held = {"gatepost.css": _packed(styles, ".css")}
    held["api_docs.css"] = _packed((STATIC / "api_docs.css").read_bytes(), ".css")
    for path in sorted((STATIC / "js").glob("*.js")):
        held[f"js/{path.name}"] = _packed(path.read_bytes(), ".js")
    return held


def _packed(content: bytes, suffix: str) -> StaticFile:
    return StaticFile(_TYPES[suffix], content, gzipped=gzip.compress(content, mtime=0))


@cache
def own_fingerprint() -> str:
    """Return what stands in the address of our own assets; changes with any of them."""
    digest = hashlib.sha256()
    for name, held in sorted(own_files().items()):
        digest.update(name.encode() + b"\0" + held.plain)
    return digest.hexdigest()[:12]


def own_path(name: str) -> str:
    """Return the address of one of our own assets (`gatepost.css`, `js/copy.js`)."""
    if name not in own_files():
        msg = f"no such asset: {name}"
        raise KeyError(msg)
    return f"{PREFIX}/{own_fingerprint()}/{name}"


def find(path: str) -> StaticFile | None:
    """Return the asset at *path* (what follows `/static/`), or None."""
    head, _, rest = path.partition("/")
    if head == own_fingerprint():
        return own_files().get(rest)
    if head == "vendor" and rest in _manifest().values():
        return _vendor_file(PurePosixPath(rest))
    return None


@cache
def _vendor_file(name: PurePosixPath) -> StaticFile:
    place = VENDOR / name
    beside = {ending: place.with_name(place.name + ending) for ending in (".gz", ".br")}
    packed = {ending: path.read_bytes() for ending, path in beside.items() if path.is_file()}
    return StaticFile(_TYPES[place.suffix], place.read_bytes(), packed.get(".gz"), packed.get(".br"))
