"""Malformed bundles: each is refused by its own code, and nothing of it stays on disk."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from malformed_bundles import BAD_PAIRS, BAD_PATHS, LARGE, SPECIAL, entry, tarred, zipped

from gatepost_server.bundles import BundleLimits, BundleRefused, BundleTooLarge, unpack

SMALL = BundleLimits(compressed=200_000, expanded=400_000, free_of_ratio=50_000, files=20)


def _refuse(tmp_path: Path, raw: bytes, code: str, limits: BundleLimits = SMALL) -> None:
    archive, sources = tmp_path / "upload", tmp_path / "sources"
    archive.write_bytes(raw)
    sources.mkdir()
    with pytest.raises((BundleRefused, BundleTooLarge)) as refusal:
        unpack(archive, sources / "ver_1", limits)
    assert (code, []) == (refusal.value.error_code, list(sources.iterdir()))
    assert refusal.value.detail.isprintable()


@pytest.mark.parametrize(("name", "path", "code"), BAD_PATHS, ids=[row[0] for row in BAD_PATHS])
@pytest.mark.parametrize("form", ["tar", "zip"])
def test_a_doubtful_path_refuses_the_whole_archive(
    tmp_path: Path, form: str, name: str, path: str, code: str
) -> None:
    raw = gzip.compress(tarred(path)) if form == "tar" else zipped(path)
    _refuse(tmp_path, raw, code)


@pytest.mark.parametrize(("name", "paths", "code"), BAD_PAIRS, ids=[row[0] for row in BAD_PAIRS])
@pytest.mark.parametrize("form", ["tar", "zip"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_paths_that_could_be_one_refuse_the_archive(
    tmp_path: Path, form: str, name: str, paths: list[str], code: str
) -> None:
    raw = gzip.compress(tarred(*paths)) if form == "tar" else zipped(*paths)
    _refuse(tmp_path, raw, code)


@pytest.mark.parametrize(("name", "build", "code"), SPECIAL, ids=[row[0] for row in SPECIAL])
def test_a_malformed_archive_is_refused(
    tmp_path: Path, name: str, build: Callable[[], bytes], code: str
) -> None:
    _refuse(tmp_path, build(), code)


@pytest.mark.parametrize(("name", "build", "code"), LARGE, ids=[row[0] for row in LARGE])
def test_an_archive_over_a_limit_is_refused(
    tmp_path: Path, name: str, build: Callable[[], bytes], code: str
) -> None:
    _refuse(tmp_path, build(), code)


def test_expanding_past_the_cap_is_refused_even_at_a_small_ratio(tmp_path: Path) -> None:
    noise = zlib.compress(b"seed") * 20_000
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=0) as tar:
        tar.addfile(entry("noise", size=len(noise)), io.BytesIO(noise))
    limits = BundleLimits(compressed=10_000_000, expanded=100_000)
    _refuse(tmp_path, raw.getvalue(), "bundle-expands", limits)
