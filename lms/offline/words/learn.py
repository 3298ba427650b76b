"""Words of `js/learn/`."""


def words() -> dict[str, str]:
    """Name → sentence."""
    return {}
