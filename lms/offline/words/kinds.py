"""Words of `js/kinds/`."""


def words() -> dict[str, str]:
    """Name → sentence."""
    return {}
