"""Whether a server's address can be on the company's premises: read from the address, never looked up."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from typing import Final

# No user, no escapes, nothing that two readers of URLs could understand differently.
_URL: Final = re.compile(
    r"https?://(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?))"
    r"(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?"
)
_SUFFIXES: Final = (".local", ".internal")
_NETWORKS: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)


def host_of(base_url: str) -> str | None:
    """The host of a plain `http(s)://host[:port][/path]`, in lower case; None for any other text."""
    found = _URL.fullmatch(base_url)
    return (found["six"] or found["host"]).lower() if found else None


def is_on_premises(host: str, listed: Collection[str] = ()) -> bool:
    """Whether `host` is loopback, private (RFC 1918, RFC 4193), named `.local`/`.internal`, or `listed`."""
    name = host.lower()
    if name == "localhost" or name.endswith(_SUFFIXES) or name in {each.lower() for each in listed}:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in _NETWORKS)
