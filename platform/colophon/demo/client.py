"""A caller of the API: a token, an Idempotency-Key on every write, JSON in and out."""

from __future__ import annotations

import json
import mimetypes
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

Json = dict[str, Any]
PATIENCE_SECONDS = 60.0


class Answered(Exception):
    """The API answered with a problem; ``problem`` is its RFC 9457 body."""

    def __init__(self, status: int, problem: Json) -> None:
        self.status, self.problem = status, problem
        super().__init__(f"{status} {problem.get('code')}: {problem.get('title')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One person with one token."""

    base: str
    token: str
    name: str

    def get(self, path: str) -> Json:
        return self._json(self._request("GET", path))

    def fetch(self, path: str) -> bytes:
        """Return the bytes at ``path``, JSON or not."""
        return self._send(self._request("GET", path))

    def post(self, path: str, said: Mapping[str, Any] | None = None) -> Json:
        request = self._request("POST", path, json.dumps(said or {}).encode())
        request.add_header("Content-Type", "application/json")
        return self._json(request)

    def upload(
        self, path: str, *, name: str, data: bytes, fields: Mapping[str, str] | None = None
    ) -> Json:
        """Send a file, with further form fields, as multipart/form-data (RFC 7578)."""
        edge = uuid4().hex
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in (fields or {}).items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts += [
            f"{head}Content-Type: {kind}\r\n\r\n".encode(),
            data,
            f"\r\n--{edge}--\r\n".encode(),
        ]
        request = self._request("POST", path, b"".join(parts))
        request.add_header("Content-Type", f"multipart/form-data; boundary={edge}")
        return self._json(request)

    def wait(self, path: str, until: Callable[[Json], bool]) -> Json:
        """Ask again until the answer satisfies ``until``; raise TimeoutError after a minute."""
        limit = time.monotonic() + PATIENCE_SECONDS
        while True:
            said = self.get(path)
            if until(said):
                return said
            if time.monotonic() > limit:
                raise TimeoutError(f"{path} still says {json.dumps(said)[:600]}")
            time.sleep(0.1)

    def _request(self, method: str, path: str, body: bytes | None = None) -> urllib.request.Request:
        # Both schemes are ours: the stack's own address, on this machine.
        request = urllib.request.Request(f"{self.base}/api/v1{path}", data=body, method=method)  # noqa: S310
        request.add_header("Authorization", f"Bearer {self.token}")
        if method == "POST":
            request.add_header("Idempotency-Key", str(uuid4()))
        return request

    def _json(self, request: urllib.request.Request) -> Json:
        found: Json = json.loads(self._send(request))
        return found

    def _send(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                data: bytes = answer.read()
                return data
        except urllib.error.HTTPError as error:
            body = error.read()
            try:
                problem = json.loads(body)
            except ValueError:
                problem = {"code": "no_problem_body", "title": body[:200].decode(errors="replace")}
            raise Answered(error.code, problem) from error
