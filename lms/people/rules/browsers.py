"""Where somebody signed in, roughly enough to be known again by the person and too roughly to be followed."""

import ipaddress

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"),
             ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
             ("Safari", "Safari"))  # fmt: skip
_DEVICES = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("CrOS", "Chromebook"), ("Macintosh", "máy Mac"), ("Linux", "Linux"))  # fmt: skip


def kind(user_agent: str) -> str:
    """'Chrome, Windows': the kind of browser and device, without versions; empty when nothing is known."""
    found = (_first(user_agent, names) for names in (_BROWSERS, _DEVICES))
    return ", ".join(word for word in found if word)


def _first(text: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((word for sign, word in names if sign in text), "")


def rough(address: str) -> str:
    """'203.0.113.x', or the first three groups of an IPv6 address; empty when it is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return address.rpartition(".")[0] + ".x"
    return ":".join(group.lstrip("0") or "0" for group in parsed.exploded.split(":")[:3]) + ":x"
