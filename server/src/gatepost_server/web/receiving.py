"""Receives an upload: a multipart form whose one file goes straight to disk, capped."""

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from gatepost_server.kernel.errors import FieldFault, Invalid, TooLarge

M = TypeVar("M", bound=BaseModel)

_FILE: Final = "bundle"
_MOST_FIELDS: Final = 16
_LONGEST_FIELD: Final = 8192
_LARGEST_JSON: Final = 65_536
_MIB: Final = 1024 * 1024


@dataclass
class Received:
    """What came: the fields by name, and the file on disk, if there was one, with the name it had."""

    fields: dict[str, Any] = field(default_factory=dict)
    bundle: Path | None = None
    file_name: str = ""

    def read_as(self, schema: type[M]) -> M:
        """Return the fields as *schema*; faults are reported like those of any other body."""
        try:
            return schema.model_validate(self.fields)
        except ValidationError as error:
            raise RequestValidationError(error.errors()) from None

    def file(self) -> Path:
        """Return the uploaded file.

        Raises:
            Invalid: there was none.
        """
        if self.bundle is None:
            raise Invalid("The bundle is missing.", faults=[FieldFault(_FILE, "send a .tar.gz or .zip file")])
        return self.bundle

    def forget(self) -> None:
        """Remove the uploaded file; what was made of it lies elsewhere."""
        if self.bundle is not None:
            self.bundle.unlink(missing_ok=True)


async def receive(
    request: Request,
    folder: Path,
    limit_mb: int,
    *,
    before_upload: Callable[[], None],
    before_file: Callable[[Received], None] = lambda _received: None,
) -> Received:
    """Read a JSON body, or a form whose file `bundle` is written below *folder*.

    *before_upload* is asked before the first byte of a form is read, *before_file* with the
    fields that came before it when its file begins; both refuse by raising. A form without
    a file is not shown to *before_file*.

    Raises:
        Invalid: the form cannot be read, or has another file or too many fields.
        TooLarge: the file is larger than *limit_mb* MiB.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind == b"application/json":
        return Received(await _json(request))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Invalid("Send multipart/form-data with the file “bundle”.", code="not-a-form")
    await run_in_threadpool(before_upload)
    form = _Form(folder, limit_mb * _MIB, options[b"boundary"], before_file)
    try:
        async for chunk in request.stream():
            await run_in_threadpool(form.feed, chunk)
        return form.finish()
    except BaseException as error:
        form.received.forget()
        if isinstance(error, FormParserError):
            raise Invalid("The form cannot be read.", code="not-a-form") from None
        raise
    finally:
        form.close()


async def _json(request: Request) -> dict[str, Any]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_JSON:
            raise TooLarge("The body is too large.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("The body is not a JSON object.", code="not-json")
    return found


class _Form:
    """A form as it arrives: small fields in memory, the file on disk."""

    def __init__(
        self, folder: Path, limit: int, boundary: bytes, before_file: Callable[[Received], None]
    ) -> None:
        self.received = Received()
        self._before_file = before_file
        self._folder = folder
        self._limit = limit
        self._written = 0
        self._file: BinaryIO | None = None
        self._name = ""
        self._value = bytearray()
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._is_whole = False
        self._is_left_empty = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_body,
                "on_part_data": self._take,
                "on_part_end": self._end,
                "on_end": self._whole,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Take in the next bytes."""
        self._parser.write(chunk)

    def finish(self) -> Received:
        """Return what came, once all of it has.

        Raises:
            Invalid: the form ended too early.
        """
        self._parser.finalize()
        if not self._is_whole:
            raise Invalid("The form ended too early.", code="not-a-form")
        return self.received

    def close(self) -> None:
        """Close the file, whatever happened."""
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        self._headers, self._value, self._name = {}, bytearray(), ""

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _begin_body(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        is_file = b"filename" in options
        self._is_left_empty = is_file and not options[b"filename"]
        if kind != b"form-data" or not self._name or is_file != (self._name == _FILE):
            fault = FieldFault(self._name or "body", f"only “{_FILE}” is a file, and it has a file name")
            raise Invalid("The form has an unknown part.", faults=[fault], code="not-a-form")
        if self._name in self.received.fields or (is_file and self._file is not None):
            fault = FieldFault(self._name, "send it once")
            raise Invalid("The form has a part twice.", faults=[fault], code="not-a-form")
        if len(self.received.fields) >= _MOST_FIELDS:
            raise Invalid("The form has too many parts.", code="not-a-form")
        if is_file and not self._is_left_empty:
            self._before_file(self.received)
            handle, path = tempfile.mkstemp(prefix=".upload-", dir=self._folder)
            self.received.bundle, self._file = Path(path), os.fdopen(handle, "wb")
            self.received.file_name = options[b"filename"].decode("utf-8", "replace")

    def _take(self, data: bytes, start: int, end: int) -> None:
        if self._is_left_empty:
            return
        if self._name != _FILE:
            self._value += data[start:end]
            if len(self._value) > _LONGEST_FIELD:
                raise TooLarge(f"The field {self._name[:40]} is too long.")
            return
        self._written += end - start
        if self._written > self._limit:
            raise TooLarge(f"The bundle is larger than {self._limit // _MIB} MiB.", code="bundle-too-large")
        assert self._file is not None, "opened when the part began"
        self._file.write(data[start:end])

    def _end(self) -> None:
        if self._name != _FILE:
            self.received.fields[self._name] = self._value.decode("utf-8", "replace")

    def _whole(self) -> None:
        self._is_whole = True
