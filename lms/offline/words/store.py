"""Words of `js/store/`."""


def words() -> dict[str, str]:
    """Name → sentence."""
    return {}
