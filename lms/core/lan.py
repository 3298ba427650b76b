"""Under which addresses other machines of the room reach this one. Standard library only; nothing is sent."""

import ipaddress
import socket
import sys
from collections.abc import Iterator


def addresses() -> list[str]:
    """The IPv4 addresses of this machine within its local networks, the most usual kind first."""
    found = {one for one in (*_of_name(), *_of_interfaces(), *_on_the_way_out()) if _is_local(one)}
    return sorted(
        found, key=lambda one: (not one.startswith("192.168."), ipaddress.ip_address(one))
    )


def _is_local(address: str) -> bool:
    """Whether it belongs to a network of a room: neither this machine alone, nor a made-up or public one."""
    known = ipaddress.ip_address(address)
    return known.is_private and not known.is_loopback and not known.is_link_local


def _of_name() -> list[str]:
    """Windows knows all of its addresses under its own name; Linux often only 127.0.1.1."""
    try:
        told = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return []
    return [str(one[4][0]) for one in told]


def _of_interfaces() -> Iterator[str]:
    """Linux tells the address of each interface; a hotspot without a way out has only this."""
    if sys.platform != "linux":
        return
    import fcntl

    asked = 0x8915  # SIOCGIFADDR
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _number, name in socket.if_nameindex():
            try:
                told = fcntl.ioctl(probe, asked, name.encode()[:15].ljust(256, b"\0"))
            except OSError:
                continue  # An interface without an IPv4 address.
            yield socket.inet_ntoa(told[20:24])


def _on_the_way_out() -> Iterator[str]:
    """The address that a packet to another network would carry; naming where to sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))
        except OSError:
            return
        yield str(probe.getsockname()[0])


def is_this_machine(host: str) -> bool:
    """Whether a host name of an address (`localhost:8080`) means the machine itself to whoever opens it."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name in ("localhost", "127.0.0.1", "[::1]", "::1")
