"""Where mail is handed over: one address in one setting."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from colophon.settings.env import BadSetting

PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A server that takes our mail."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    """TLS from the first byte (smtps)."""
    starttls: bool


def mail_server(url: str, *, sender: str) -> MailServer | None:
    """Return the server that COLOPHON_MAIL_URL names, or None for an empty one.

    ``smtp://user:password@host:587?starttls=1`` or ``smtps://user:password@host``.

    Raises:
        BadSetting: another scheme, no host, no sender, or a password that would travel in the clear.
    """
    if not url:
        return None
    parts = urlsplit(url)
    shown = f"{parts.scheme}://…@{parts.hostname or ''}"
    if parts.scheme not in PORTS or not parts.hostname:
        raise _bad(shown, "it is smtp://user:password@host:port or smtps://…")
    starttls = parse_qs(parts.query).get("starttls") == ["1"]
    tls = parts.scheme == "smtps"
    if parts.password and not (tls or starttls or parts.hostname in LOOPBACK):
        raise _bad(shown, "the password would travel in the clear: use smtps:// or ?starttls=1")
    if "@" not in parseaddr(sender)[1]:
        raise BadSetting(name="COLOPHON_MAIL_FROM", value=sender, why="mail needs a sender")
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=starttls and not tls,
    )


def _bad(value: str, why: str) -> BadSetting:
    return BadSetting(name="COLOPHON_MAIL_URL", value=value, why=why)
