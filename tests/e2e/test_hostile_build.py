"""Bundles that want to run their code while they are built: what each tries, and what stops it.

Tried                                        Stopped by
setup.py, build-app.sh, a build backend      nothing of a bundle is executed by a build
uv.toml, pip.conf, sitecustomize.py          they are not read: the build works elsewhere
options, paths, addresses in requirements    only names, versions, markers and hashes are taken
a link as requirements.txt                   the bundle is refused at upload
a package that has to be built               uv takes wheels alone
a wheel that unpacks outside itself          uv leaves that file out
a wheel with code in a .pth file             it runs first in the application's own sandbox
"""

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from callers import Caller, sign_in, with_key
from instances import Instance

pytestmark = pytest.mark.e2e

MARK = "gatepost-was-here"
APP = """
import os

async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": os.environ.get("SAID", "").encode()})
"""
REFUSED = {
    "-e .": "the option -e is not taken",
    "./": "./",
    "evil @ file:///etc": "file:///etc",
    "git+https://example.com/x": "git+https",
    "--index-url http://127.0.0.1:1/": "--index-url",
    "--find-links /": "--find-links",
    "-r /etc/passwd": "the option -r is not taken",
    "idna; python_version > '3' --config-settings=x=y": "--config-settings",
    "source": "evil-source",
}


LINES = [line for line in REFUSED if line != "source"]


def runs(how: str, *folders: Path) -> str:
    """Return Python that leaves a mark wherever it can, one line long, and tells whether it could."""
    tried = [str(folder / f"{MARK}-{how}") for folder in (*folders, Path("/tmp"), Path.cwd())]
    code = f"""
done = []
for path in {tried!r}:
    try:
        open(path, 'w').close()
        done.append(path)
    except OSError:
        pass
os.environ['SAID'] = 'wrote ' + ' '.join(done)
"""
    return f"import os; exec({code!r})\n"


def bundle(files: dict[str, str], link: str = "") -> tuple[str, bytes]:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
        if link:
            entry = tarfile.TarInfo("requirements.txt")
            entry.type, entry.linkname = tarfile.SYMTYPE, link
            tar.addfile(entry)
    return "bundle.tar.gz", raw.getvalue()


def sdist(folder: Path, name: str, code: str) -> None:
    """Write a package of which there is no wheel; to build it runs *code*."""
    with tarfile.open(folder / f"{name}-1.0.tar.gz", "w:gz") as tar:
        for file, text in {"setup.py": code, "PKG-INFO": _metadata(name)}.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{file}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))


def wheel(folder: Path, name: str, files: dict[str, str]) -> None:
    info = f"{name}-1.0.dist-info"
    said = {
        **files,
        f"{info}/METADATA": _metadata(name),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*said, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in {**said, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)


def _metadata(name: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n"


def published(admin: Caller, name: str, files: dict[str, str]) -> dict[str, Any]:
    whole = {"app.py": APP, "gatepost.toml": '[app]\nkind = "asgi"\n', **files}
    made: dict[str, Any] = admin.ok("POST", "apps", data={"name": name}, files={"bundle": bundle(whole)})
    return made


def marks(*folders: Path) -> list[Path]:
    return [
        *(found for folder in folders for found in folder.rglob(f"{MARK}*")),
        *Path("/tmp").glob(f"{MARK}*"),
    ]


def test_nothing_of_a_bundle_or_a_package_runs_while_it_is_built(start_instance, tmp_path: Path):
    links = tmp_path / "links"
    links.mkdir(mode=0o755)
    sdist(links, "evil_source", runs("sdist"))
    wheel(links, "evil_path", {f"../../../{MARK}-wheel": "x"})
    wheel(links, "evil_pth", {"evil.pth": runs("pth")})
    tmp_path.chmod(0o755)
    instance: Instance = start_instance(env={"UV_FIND_LINKS": str(links)})
    data = instance.data
    admin = sign_in(instance, "admin", instance.password)
    own = runs("bundle", data, data / "cache", data / "envs")
    backend = '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n'

    tried = {line: published(admin, line, {"requirements.txt": f"{line}\n"}) for line in LINES}
    source = published(admin, "source", {"requirements.txt": "evil-source==1.0\n"})
    path = published(admin, "path", {"requirements.txt": "evil-path==1.0\n"})
    pth = published(admin, "pth", {"requirements.txt": "evil-pth==1.0\n"})
    quiet = published(admin, "quiet", {
        "setup.py": own, "build-app.sh": f"#!/bin/sh\ntouch /tmp/{MARK}-sh\n", "sitecustomize.py": own,
        "pyproject.toml": f'{backend}[project]\nname = "x"\nversion = "1"\ndependencies = ["idna"]\n',
        "uv.toml": 'index-url = "http://127.0.0.1:1/"\n', "pip.conf": "[global]\nindex-url=http://127.0.0.1:1/\n",
    })  # fmt: skip
    linked = bundle({"app.py": APP}, link="/etc/passwd")
    refused = admin.api("POST", "apps", data={"name": "link"}, files={"bundle": linked})

    assert refused.status_code == 400, refused.text
    found = {name: admin.settled(app["id"]) for name, app in {**tried, "source": source}.items()}
    assert {name for name, app in found.items() if app["state"] != "failed"} == set()
    said = {name: app["reason"] for name, app in found.items()}
    assert {name: reason for name, reason in said.items() if REFUSED[name] not in reason} == {}
    for app in (quiet, path, pth):
        assert admin.settled(app["id"])["state"] == "running"
    assert marks(data, tmp_path) == []
    with with_key(instance, admin.make_key("look")["key"]) as program:
        said = program.get(f"/content/{pth['number']}/").text
    assert said.startswith("wrote "), "its code has run nowhere, so this proves nothing"
    assert marks(data, tmp_path) == []
