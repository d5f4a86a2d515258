"""Good bundles: what is unpacked is what was packed, whole, read-only."""

import gzip
import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost_server.bundles import BundleLimits, pack_folder, remove_tree, unpack
from gatepost_server.bundles.paths import judge_path
from gatepost_server.kernel.errors import GatepostError

LONG = "a" * 90 + "/" + "b" * 90 + "/c.txt"
FILES = {
    "app.py": b"print('hello')\n",
    "pages/1_\u00dcbersicht.py": "# \u00fc".encode(),
    "empty.txt": b"",
    "big.bin": bytes(range(256)) * 700,
    LONG: b"long names travel in extension headers",
}


def _tar_of(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT, mode: int = 0o644) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz", format=form) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
    return raw.getvalue()


def _zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def _streamed_zip(files: dict[str, bytes]) -> bytes:
    """Write a zip as a program does that cannot seek: sizes come after the data."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.parts.append(bytes(data))
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, content in files.items():
            archive.writestr(name, content)
    return b"".join(pipe.parts)


def _read(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _unpack(tmp_path: Path, raw: bytes) -> Path:
    archive = tmp_path / "upload"
    archive.write_bytes(raw)
    into = tmp_path / "sources" / "ver_1"
    into.parent.mkdir(exist_ok=True)
    return unpack(archive, into).folder


@pytest.mark.parametrize(
    "raw",
    [
        _tar_of(FILES),
        _tar_of(FILES, tarfile.GNU_FORMAT),
        _tar_of(FILES, tarfile.USTAR_FORMAT),
        _zip_of(FILES),
        _zip_of(FILES, zipfile.ZIP_STORED),
        _streamed_zip(FILES),
    ],
    ids=["pax", "gnu", "ustar", "zip", "zip stored", "zip streamed"],
)
def test_every_common_form_unpacks_to_the_same_files(tmp_path: Path, raw: bytes) -> None:
    assert _read(_unpack(tmp_path, raw)) == FILES


def test_a_bundle_is_on_the_disk_before_anybody_writes_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: set[int] = set()
    really = os.fsync

    def noted(opened: int) -> None:
        kept.add(os.fstat(opened).st_ino)
        really(opened)

    monkeypatch.setattr(os, "fsync", noted)
    folder = _unpack(tmp_path, _tar_of(FILES))
    wanted = [folder.parent, folder, *folder.rglob("*")]
    assert {path.stat().st_ino for path in wanted} <= kept


def test_a_single_top_folder_is_unwrapped(tmp_path: Path) -> None:
    folder = _unpack(tmp_path, _tar_of({"my-app/app.py": b"x", "my-app/data/a.csv": b"1"}))
    assert _read(folder) == {"app.py": b"x", "data/a.csv": b"1"}


def test_what_finder_adds_does_not_hinder_the_unwrapping(tmp_path: Path) -> None:
    folder = _unpack(tmp_path, _zip_of({"my-app/app.py": b"x", "__MACOSX/my-app/._app.py": b"y"}))
    assert _read(folder) == {"app.py": b"x"}


def test_two_top_entries_stay_as_they_are(tmp_path: Path) -> None:
    files = {"my-app/app.py": b"x", "README": b"y"}
    assert _read(_unpack(tmp_path, _tar_of(files))) == files


def test_a_dot_folder_at_the_top_is_the_top(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, kind in (
            ("./", tarfile.DIRTYPE),
            ("./data/", tarfile.DIRTYPE),
            ("./app.py", tarfile.REGTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type = kind
            tar.addfile(member)
    folder = _unpack(tmp_path, raw.getvalue())
    assert sorted(p.name for p in folder.iterdir()) == ["app.py", "data"]


def test_a_git_archive_with_its_global_comment_is_accepted(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz", pax_headers={"comment": "f" * 40}) as tar:
        tar.addfile(tarfile.TarInfo("app.py"))
    assert _read(_unpack(tmp_path, raw.getvalue())) == {"app.py": b""}


def test_gzip_in_several_members_is_one_archive(tmp_path: Path) -> None:
    inner = gzip.decompress(_tar_of(FILES))
    raw = b"".join(gzip.compress(inner[at : at + 3000]) for at in range(0, len(inner), 3000))
    assert _read(_unpack(tmp_path, raw)) == FILES


def test_modes_are_read_only_and_never_setuid(tmp_path: Path) -> None:
    folder = _unpack(tmp_path, _tar_of({"a/run.sh": b"x", "b.txt": b"y"}, mode=0o6755))
    modes = {p.name: p.stat().st_mode & 0o7777 for p in [folder, *folder.rglob("*")]}
    assert modes == {"ver_1": 0o555, "a": 0o555, "run.sh": 0o555, "b.txt": 0o555}


def test_plain_files_are_not_executable(tmp_path: Path) -> None:
    folder = _unpack(tmp_path, _tar_of({"b.txt": b"y", "c.txt": b"y"}))
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o444}


def test_the_measures_tell_what_was_uploaded(tmp_path: Path) -> None:
    raw = _zip_of(FILES)
    archive = tmp_path / "upload"
    archive.write_bytes(raw)
    done = unpack(archive, tmp_path / "ver_1")
    expected = (hashlib.sha256(raw).hexdigest(), len(raw), sum(map(len, FILES.values())), len(FILES))
    assert (done.sha256, done.compressed, done.expanded, done.files) == expected


def test_an_existing_version_is_never_written_over(tmp_path: Path) -> None:
    _unpack(tmp_path, _tar_of({"a": b"1", "b": b"2"}))
    with pytest.raises(FileExistsError):
        _unpack(tmp_path, _tar_of({"a": b"3", "b": b"4"}))
    assert _read(tmp_path / "sources" / "ver_1") == {"a": b"1", "b": b"2"}


def test_a_packed_folder_unpacks_to_itself(tmp_path: Path) -> None:
    folder = _unpack(tmp_path, _tar_of(FILES))
    pack_folder(folder, tmp_path / "again.tar.gz")
    assert _read(unpack(tmp_path / "again.tar.gz", tmp_path / "ver_2").folder) == FILES


def test_a_read_only_tree_can_be_removed_again(tmp_path: Path) -> None:
    folder = _unpack(tmp_path, _tar_of(FILES))
    remove_tree(folder)
    remove_tree(folder)
    assert not os.path.lexists(folder)


PARTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(st.lists(PARTS | st.sampled_from(["..", ".", "", "C:"]), max_size=6).map("/".join), st.booleans())
def test_an_accepted_path_always_stays_inside(path: str, is_folder: bool) -> None:
    try:
        parts = judge_path(path.encode(), is_folder=is_folder, longest=240)
    except GatepostError:
        return
    inside = os.path.normpath("/".join(["/top", *parts]))
    assert inside == "/".join(["/top", *parts]).rstrip("/")
    assert inside.startswith("/top")
    assert not any(c in "\\\x00\n\r" for c in inside)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_archive_never_does_anything_but_refuse(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tmp_path = tmp_path_factory.mktemp("bundle")
    raw = bytearray(data.draw(st.sampled_from([_tar_of({"a.txt": b"abc", "b/c.txt": b"d"}), _zip_of(FILES)])))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "upload").write_bytes(raw)
    sources = tmp_path / "sources"
    sources.mkdir()
    try:
        unpack(tmp_path / "upload", sources / "v", BundleLimits(expanded=1_000_000))
    except GatepostError:
        assert list(sources.iterdir()) == []
    else:
        assert [p.name for p in sources.iterdir()] == ["v"]
