"""Words of `js/entry/`."""


def words() -> dict[str, str]:
    """Name → sentence."""
    return {}
