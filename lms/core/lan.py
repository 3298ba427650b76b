"""Under which addresses other machines of the room reach this one. Standard library only; nothing is sent."""

import ipaddress
import socket
import sys
from collections.abc import Iterator

_SIOCGIFADDR = 0x8915


def addresses() -> list[str]:
    """The IPv4 addresses of this machine within its local networks, the most usual kind first."""
    told = _of_interfaces() if sys.platform == "linux" else _of_name()
    found = {one for one in told if _is_local(one)}
    return sorted(
        found, key=lambda one: (not one.startswith("192.168."), ipaddress.ip_address(one))
    )


def _is_local(address: str) -> bool:
    """Whether it belongs to a network of a room: neither this machine alone, nor a made-up or public one."""
    known = ipaddress.ip_address(address)
    return known.is_private and not known.is_loopback and not known.is_link_local


def _of_name() -> Iterator[str]:
    """Windows knows all of its addresses under its own name; elsewhere that may take a name server."""
    try:
        told = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return
    yield from (str(one[4][0]) for one in told)


def _of_interfaces() -> Iterator[str]:
    """Linux tells the address of each interface, also in a hotspot without a way out."""
    if sys.platform == "linux":
        import fcntl

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            for _number, name in socket.if_nameindex():
                try:
                    told = fcntl.ioctl(probe, _SIOCGIFADDR, name.encode()[:15].ljust(256, b"\0"))
                except OSError:
                    continue  # An interface without an IPv4 address.
                yield socket.inet_ntoa(told[20:24])


def is_this_machine(host: str) -> bool:
    """Whether a host name of an address (`localhost:8080`) means the machine itself to whoever opens it."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name in ("localhost", "127.0.0.1", "[::1]", "::1")
