"""How long somebody who guesses passwords waits. Counted in PostgreSQL, over all processes."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.db import connection
from django.utils.crypto import salted_hmac

from kernel.errors import Refused
from kernel.words import msgid

FREE = {"pair": 5, "address": 20, "network": 50}
"""Tries without a wait: of one address from one network, of one address, from one network."""
LONGEST_SECONDS = 900
FORGET_SECONDS = 86_400

_TRY = """
insert into accounts_signintry as held (key, tries, at, until)
values (%(key)s, 1, clock_timestamp(), clock_timestamp())
on conflict (key) do update set
    tries = case when held.at < clock_timestamp() - %(forget)s * interval '1 s' then 1
                 else held.tries + 1 end,
    at = clock_timestamp(),
    until = clock_timestamp() + interval '1 s' * case
        when held.at < clock_timestamp() - %(forget)s * interval '1 s' or held.tries < %(free)s
        then 0 else least(%(longest)s, power(2, least(held.tries - %(free)s, 20))) end
    where held.until <= clock_timestamp()
returning tries
"""


class TooManyTries(Refused):
    code = "too_many_tries"
    status = 429
    says = msgid("Too many tries. The next one counts in {seconds} s.")
    remedy = msgid("Wait; each further wrong try makes the wait longer, up to 15 minutes.")


@dataclass(frozen=True, slots=True)
class _Key:
    kind: str
    digest: str


def count_try(*, address: str, network: str) -> None:
    """Count a try to sign in BEFORE its password is looked at; raise `TooManyTries` to wait.

    Counting first means that a thousand tries at once are a thousand tries one after the other.
    It does not matter whether the address is anybody's: guessing learns nothing from the wait.
    """
    for key in _keys(address, network):
        with connection.cursor() as cursor:
            cursor.execute(
                _TRY,
                {
                    "key": key.digest,
                    "free": FREE[key.kind],
                    "longest": LONGEST_SECONDS,
                    "forget": FORGET_SECONDS,
                },
            )
            if cursor.fetchone() is None:
                raise TooManyTries(seconds=_seconds(key))


def forgive(*, address: str, network: str) -> None:
    """Forget the tries of who got in; their network loses this one try alone."""
    pair, alone, place = (key.digest for key in _keys(address, network))
    with connection.cursor() as cursor:
        cursor.execute("delete from accounts_signintry where key in (%s, %s)", [pair, alone])
        cursor.execute(
            "update accounts_signintry set tries = greatest(tries - 1, 0) where key = %s", [place]
        )


def sweep() -> int:
    """Delete what is forgotten anyway; return how many rows that was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from accounts_signintry where at < now() - %s * interval '1 s'",
            [FORGET_SECONDS],
        )
        return int(cursor.rowcount)


def network_of(address: str) -> str:
    """Return the network that one household or office has: /24, or /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    bits = 24 if found.version == 4 else 64
    return str(ipaddress.ip_network((found, bits), strict=False))


def _keys(address: str, network: str) -> tuple[_Key, _Key, _Key]:
    """Return what is counted. Digests under our key, so the table names nobody."""
    place, who = network_of(network), address.strip().lower()
    return (
        _Key("pair", _digest(f"pair {who} {place}")),
        _Key("address", _digest(f"address {who}")),
        _Key("network", _digest(f"network {place}")),
    )


def _digest(text: str) -> str:
    return salted_hmac("colophon.accounts.patience", text, algorithm="sha256").hexdigest()


def _seconds(key: _Key) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select ceil(extract(epoch from until - clock_timestamp())) from accounts_signintry"
            " where key = %s",
            [key.digest],
        )
        row = cursor.fetchone()
    return max(1, int(row[0])) if row else 1
