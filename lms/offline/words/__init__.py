"""Every sentence that the player shows, by name: `say('entry.tap', {n: 3})` in a module finds `entry.tap` here.

The modules of the browser hold no words of their own, so that another language is a catalogue and no change
of code. `{n}` stands for what the module fills in.
"""

from collections.abc import Callable

from lms.offline.words import ask, base, entry, kinds, learn, store, trainer

GROUPS: dict[str, Callable[[], dict[str, str]]] = {
    "ask": ask.words,
    "base": base.words,
    "entry": entry.words,
    "kinds": kinds.words,
    "learn": learn.words,
    "store": store.words,
    "trainer": trainer.words,
}


def words() -> dict[str, str]:
    """Name → sentence, in the language of the request."""
    return {
        f"{group}.{name}": sentence
        for group, make in GROUPS.items()
        for name, sentence in make().items()
    }
