"""A witness: a small program of its own that holds a log to one history.

It remembers, for each log it knows, the largest tree it cosigned; it cosigns another only with a
proof that the new tree begins with the old one. Run it where the log's operator has no rights.
Python, this file, `memory`, `keys`, `note` and `merkle` and the package cryptography are all it
needs: no Django, no database.

    python -m colophon.ledger.witness --folder F --port P --log-vkey FILE --name NAME

It answers c2sp.org/tlog-witness (``POST /add-checkpoint``) and, for people, ``GET /state``.
"""

from __future__ import annotations

import argparse
import base64
import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from colophon.ledger import note
from colophon.ledger.memory import Memory, Seen
from colophon.ledger.merkle import HASH_BYTES, verify_consistency
from colophon.ledger.note import BadNote, BadSignature, Note, Signer, TreeHead, Verifier
from kernel.errors import ColophonError

_MOST_BYTES = 1 << 18
_MOST_PROOF_LINES = 63
_IDLE_SECONDS = 30
TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: HTTPStatus
    body: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request in parts: the size its proof starts from, the proof, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    head: TreeHead


def parse_request(raw: bytes) -> Asked:
    """Return what a request asks.

    Raises:
        BadNote: it is not ``old <size>``, proof lines, an empty line and a checkpoint.
    """
    front, blank, checkpoint = raw.partition(b"\n\n")
    try:
        lines = front.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise BadNote(why="the proof is not ASCII") from None
    if not blank or not lines[0].startswith("old "):
        raise BadNote(why="it does not begin with “old <size>” and end its proof by an empty line")
    if len(lines) > 1 + _MOST_PROOF_LINES:
        raise BadNote(why=f"it has more than {_MOST_PROOF_LINES} proof lines")
    proof = tuple(note.strict_base64(line) for line in lines[1:])
    if any(len(one) != HASH_BYTES for one in proof):
        raise BadNote(why="a proof line is no SHA-256 hash")
    signed = note.parse_note(checkpoint)
    head = note.parse_tree_head(signed.text)
    return Asked(old=note.strict_number(lines[0][4:]), proof=proof, note=signed, head=head)


class Witness:
    """The decision whether to cosign, one request at a time."""

    def __init__(self, signer: Signer, *, logs: Sequence[Verifier], memory: Memory) -> None:
        self.signer = signer
        self._logs = tuple(logs)
        self._memory = memory
        # Comparing with what is remembered and remembering must be one step: otherwise a slow
        # request for a smaller tree could take the memory back behind a larger one.
        self._one_at_a_time = threading.Lock()

    def add_checkpoint(self, raw: bytes) -> Answer:
        """Return the answer of c2sp.org/tlog-witness to the body of an add-checkpoint request."""
        try:
            asked = parse_request(raw)
        except BadNote as error:
            return Answer(status=HTTPStatus.BAD_REQUEST, body=f"{error}\n")
        keys = [key for key in self._logs if key.name == asked.head.origin]
        if not keys:
            return Answer(status=HTTPStatus.NOT_FOUND, body="This log is not known here.\n")
        if not any(_signed(asked.note, by=key) for key in keys):
            return Answer(status=HTTPStatus.FORBIDDEN, body="No key of this log signed this.\n")
        if asked.old > asked.head.size:
            return Answer(
                status=HTTPStatus.BAD_REQUEST, body="The old size is larger than the new one.\n"
            )
        with self._one_at_a_time:
            return self._judge(asked)

    def state(self) -> str:
        """Return what this witness holds, as JSON for people."""
        logs = [
            {"origin": one.origin, "size": one.size, "root": base64.b64encode(one.root).decode()}
            for one in self._memory.all()
        ]
        found = {"name": self.signer.name, "vkey": self.signer.verifier.vkey, "logs": logs}
        return json.dumps(found, indent=2) + "\n"

    def _judge(self, asked: Asked) -> Answer:
        head, seen = asked.head, self._memory.of(asked.head.origin)
        if asked.old != seen.size:
            return _conflict(seen)
        if head.size == seen.size and head.root != seen.root:
            self._memory.dispute(asked.note, head=head)
            return _conflict(seen)
        if not _follows(asked, seen):
            self._memory.dispute(asked.note, head=head)
            return Answer(
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                body="The proof does not show that this tree begins with the one seen before.\n",
            )
        self._memory.keep(Seen(origin=head.origin, size=head.size, root=head.root), of=asked.note)
        return Answer(
            status=HTTPStatus.OK, body=self.signer.cosign(asked.note.text, at=int(time.time()))
        )


def _signed(signed: Note, *, by: Verifier) -> bool:
    try:
        note.verify(signed, by=by)
    except BadSignature:
        return False
    return True


def _follows(asked: Asked, seen: Seen) -> bool:
    if seen.size == 0 or seen.size == asked.head.size:
        return not asked.proof  # the roots of equal sizes were compared; nothing precedes zero
    return verify_consistency(
        seen.size,
        new=asked.head.size,
        proof=asked.proof,
        old_root=seen.root,
        new_root=asked.head.root,
    )


def _conflict(seen: Seen) -> Answer:
    return Answer(status=HTTPStatus.CONFLICT, body=f"{seen.size}\n", kind=SIZE)


class Server(ThreadingHTTPServer):
    """The HTTP face of one witness."""

    daemon_threads = True

    def __init__(self, witness: Witness, *, host: str, port: int) -> None:
        super().__init__((host, port), _Handler)
        self.witness = witness


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "colophon-witness"
    sys_version = ""
    timeout = _IDLE_SECONDS

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdecimal() or int(length) > _MOST_BYTES:
            # Its body stays unread, so the connection cannot carry another request.
            self.close_connection = True
            self._send(Answer(status=HTTPStatus.BAD_REQUEST, body="Send at most 256 KiB.\n"))
            return
        raw = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            self._send(Answer(status=HTTPStatus.NOT_FOUND, body="POST /add-checkpoint.\n"))
            return
        try:
            answer = self.server.witness.add_checkpoint(raw)
        except OSError as error:  # nothing was remembered, so nothing is cosigned
            say(f"the memory cannot be written: {error}")
            answer = Answer(
                status=HTTPStatus.SERVICE_UNAVAILABLE, body="The memory cannot be written.\n"
            )
        self._send(answer)

    def do_GET(self) -> None:
        if self.path != "/state":
            self._send(Answer(status=HTTPStatus.NOT_FOUND, body="GET /state.\n"))
            return
        state = self.server.witness.state()
        self._send(Answer(status=HTTPStatus.OK, body=state, kind="application/json"))

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        say(format % args)


def say(sentence: str) -> None:
    """Write one line for the operator to the error stream."""
    sys.stderr.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {sentence}\n")
    sys.stderr.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Run a witness until it is told to stop; the answer is its exit status."""
    parser = argparse.ArgumentParser(prog="colophon-witness", description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="its key and its memory")
    parser.add_argument("--name", required=True, help="the name it signs under, as host/name")
    parser.add_argument("--log-vkey", type=Path, required=True, action="append")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    told = parser.parse_args(argv)
    try:
        logs = [
            note.parse_vkey(line)
            for file in told.log_vkey
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        memory = Memory.open(told.folder, name=told.name, origins=[one.name for one in logs])
        server = Server(
            Witness(memory.signer, logs=logs, memory=memory), host=told.host, port=told.port
        )
    except (ColophonError, OSError) as error:
        say(f"not started: {error}")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the loop that this very thread runs, hence another thread.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"witness {told.name} listens on {told.host}:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
