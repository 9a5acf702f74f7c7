"""The functions on IP networks. A prefix may have bits set behind its length; they are ignored.

IPv6 addresses with an IPv4 address inside are left unknown: Terraform's own answer for them is
not the documented one.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from ipaddress import ip_network as parsed

from tagguard.hcl.functions.parameters import integer, text
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Tuple, Unknown, Value

_Network = IPv4Network | IPv6Network
_MAX_NEW_BITS = 32
"""How far `cidrsubnets` may extend a prefix."""
_EMBEDDED = IPv6Network("::ffff:0:0/96")
_MIXED = "an IPv6 address with an IPv4 address inside"


def _network(prefix: str) -> _Network | Unknown:
    address, slash, length = prefix.partition("/")
    if not slash or not (length.isascii() and length.isdecimal()):
        raise Failure(f"`{prefix}` is no network prefix such as `10.0.0.0/8`")
    if ":" not in address:
        parts = address.split(".")
        address = ".".join(part.lstrip("0") or "0" if part.isdecimal() else part for part in parts)
    try:
        network = parsed(f"{address}/{length}", strict=False)
    except ValueError as exc:
        raise Failure(f"`{prefix}` is no network prefix such as `10.0.0.0/8`") from exc
    if isinstance(network, IPv6Network) and (network.overlaps(_EMBEDDED) or "%" in address):
        return Unknown(_MIXED)
    return network


def _at(network: _Network, number: int) -> IPv4Address | IPv6Address:
    return network.network_address.__class__(number)


@function(text("prefix"), integer("hostnum"))
def cidrhost(prefix: str, host: int) -> Value:
    """Give the address of a host by its number, from the end where negative."""
    network = _network(prefix)
    if isinstance(network, Unknown):
        return network
    size = network.num_addresses
    if not -size <= host < size:
        raise Failure(f"a prefix of {network.prefixlen} bits has no host number {host}")
    return str(_at(network, int(network.network_address) + host % size))


@function(text("prefix"))
def cidrnetmask(prefix: str) -> Value:
    """Give an IPv4 network mask."""
    network = _network(prefix)
    if isinstance(network, Unknown):
        return network
    if isinstance(network, IPv6Network):
        raise Failure("IPv6 networks have no network mask")
    return str(network.netmask)


@function(text("prefix"), integer("newbits"), integer("netnum"))
def cidrsubnet(prefix: str, bits: int, number: int) -> Value:
    """Give a subnet by its number."""
    network = _network(prefix)
    if isinstance(network, Unknown):
        return network
    if bits < 0 or number < 0:
        return Unknown("cidrsubnet(): a negative number of bits or nets is not defined")
    length = network.prefixlen + bits
    if length > network.max_prefixlen:
        raise Failure(f"there are not {bits} bits left behind `{prefix}`")
    if number >= 2**bits:
        raise Failure(f"{bits} bits have no net number {number}")
    step = 2 ** (network.max_prefixlen - length)
    return f"{_at(network, int(network.network_address) + number * step)}/{length}"


@function(text("prefix"), rest=integer("newbits"))
def cidrsubnets(prefix: str, *bits: int) -> Value:
    """Give consecutive subnets of these sizes."""
    network = _network(prefix)
    if isinstance(network, Unknown):
        return network
    start = int(network.network_address)
    end = start + network.num_addresses
    if bits and not start:
        raise Failure(f"`{prefix}` begins at address zero, which Terraform cannot divide")
    subnets: list[Value] = []
    for each in bits:
        length = network.prefixlen + each
        if not 1 <= each <= _MAX_NEW_BITS or length > network.max_prefixlen:
            raise Failure(f"`{prefix}` cannot be extended by {each} bits")
        size = 2 ** (network.max_prefixlen - length)
        start = -(-start // size) * size
        if start + size > end:
            raise Failure(f"`{prefix}` is too small for these subnets")
        subnets.append(f"{_at(network, start)}/{length}")
        start += size
    return Tuple(tuple(subnets), kind="list")
