"""A mail server that takes what it is sent: RFC 5321 over real TCP, as much as a client of ours needs.

The standard library has no SMTP server any more, and one more dependency for forty lines is one too
many. What it was sent stands in ``letters``; ``answers`` says what to refuse, command by command.
"""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager


class _Talk(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 mail.test ESMTP")
        while line := self.rfile.readline():
            word = line.strip().decode().upper()
            refused = next(
                (code for held, code in self.server.answers if word.startswith(held)), None
            )
            if refused:
                self.say(refused)
            elif word.startswith("EHLO"):
                self.say("250-mail.test")
                self.say("250-SIZE 10000000")
                self.say("250 8BITMIME")
            elif word == "DATA":
                self.take()
            elif word == "QUIT":
                self.say("221 bye")
                return
            elif word.startswith(("HELO", "MAIL FROM:", "RCPT TO:", "RSET", "NOOP")):
                self.say("250 ok")
            else:
                self.say("500 what?")

    def take(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.letters.append(
            email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        )
        self.say("250 kept")


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters, self.answers = [], []

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving():
    """Run one until the end of the block."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
