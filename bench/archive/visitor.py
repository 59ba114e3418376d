"""Somebody at the pages over plain HTTP: signed in, asking, and told what each answer cost."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

IDLE_SECONDS = 3  # the server ends a connection that is silent for 5
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: bytes as they came over the wire, milliseconds as the server says and as we saw."""

    status: int
    body: bytes
    server_ms: float
    thread_ms: float
    queries: int
    query_ms: float
    seen_ms: float
    location: str


class Visitor:
    """One keep-alive connection with its cookies."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=60)
        self._cookies: dict[str, str] = {}
        self._used = 0.0

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the page itself; raise `RuntimeError` if it does not let us in."""
        page = self.get("/login", plain=True)
        found = _TOKEN.search(page.body)
        token = found.group(1).decode() if found else ""
        answer = self.post("/login", email=email, password=password, csrfmiddlewaretoken=token)
        if answer.status != 302:
            raise RuntimeError(f"{email} is not let in: {answer.status}")

    def get(self, path: str, *, plain: bool = False, part: bool = False) -> Answer:
        headers = {} if plain else {"Accept-Encoding": "gzip"}
        if part:
            headers["HX-Request"] = "true"
        return self._send("GET", path, None, headers)

    def post(self, path: str, **form: str) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        return self._send("POST", path, urlencode(form), headers)

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if time.perf_counter() - self._used > IDLE_SECONDS:
            self._connection.close()  # the next request opens it again
        began = self._used = time.perf_counter()
        self._connection.request(method, path, body, headers | {"Cookie": self.cookie})
        answer = self._connection.getresponse()
        read = answer.read()
        seen = 1000 * (time.perf_counter() - began)
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            self._cookies[name] = value
        said = (answer.getheader("X-Measured") or "0 0 0 0").split()
        return Answer(
            status=answer.status,
            body=read,
            server_ms=float(said[0]),
            thread_ms=float(said[1]),
            queries=int(said[2]),
            query_ms=float(said[3]),
            seen_ms=seen,
            location=answer.getheader("Location") or "",
        )
