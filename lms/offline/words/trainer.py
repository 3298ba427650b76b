"""Words of `js/trainer/`."""


def words() -> dict[str, str]:
    """Name → sentence."""
    return {}
