"""The colours keep their contrast, in every theme, computed from tokens.css itself."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "lms" / "core" / "static" / "core"
CSS = STATIC / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
PICTURE_LINE = "#14373b"
WASHES = ("accent-wash", "success-wash", "warning-wash", "error-wash")
GROUNDS = ("paper", "yellow", "green", "blue", "pink", "violet", "orange", "brown")

Colours = dict[str, str]


def declared(css: str) -> Colours:
    """Colour tokens of a piece of CSS: name without dashes → #rrggbb."""
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", css))


def block(selector: str) -> str:
    """The body of the rule that starts with this selector."""
    return TOKENS.split(selector + " {", 1)[1].split("}", 1)[0]


LIGHT = declared(block(':root, [data-theme="light"]'))
ASKED = TOKENS.split("@media (prefers-contrast: more)", 1)[1]
THEMES = {
    "light": LIGHT,
    "contrast": LIGHT | declared(block('[data-theme="contrast"]')),
    "prefers-contrast": LIGHT | declared(ASKED),
}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG 2.2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *[("ink", ground) for ground in ("paper", "surface", "paper-deep", "straw", *WASHES)],
    *[("ink-soft", ground) for ground in ("paper", "surface", *WASHES)],
    *[("accent", ground) for ground in ("paper", "surface", "paper-deep", "accent-wash")],
    *[("on-accent", ground) for ground in ("accent", "accent-deep", "error")],
    *[(s, g) for s in ("success", "warning", "error") for g in ("paper", "surface", f"{s}-wash")],
]
SHAPE_PAIRS = [
    *[("control", ground) for ground in ("paper", "surface", "paper-deep", *WASHES)],
    *[(line, "paper-deep") for line in ("accent", "success", "warning", "error")],
    *[("focus", ground) for ground in ("paper", "surface", "straw", *WASHES)],
    ("on-accent", "accent"),
]


@pytest.mark.pure
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_keeps_seven_to_one(theme: str, text: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[text], colours[ground]) >= 7


@pytest.mark.pure
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_lines_that_show_a_control_keep_three_to_one(theme: str, shape: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours[shape], colours[ground]) >= 3


@pytest.mark.pure
@pytest.mark.parametrize("ground", GROUNDS)
def test_a_drawing_is_clear_on_every_ground(ground: str) -> None:
    assert contrast(PICTURE_LINE, LIGHT[f"ground-{ground}"]) >= 7


@pytest.mark.pure
def test_the_known_ends_of_the_scale() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.pure
def test_grounds_in_the_list_are_the_grounds_in_the_tokens() -> None:
    lines = (STATIC / "img" / "pictures" / "COLOURS.txt").read_text(encoding="utf-8").splitlines()
    named = [line.split("|")[0] for line in lines if not line.startswith("#")]
    assert tuple(named) == GROUNDS
    assert {f"ground-{name}" for name in named} <= LIGHT.keys()


@pytest.mark.pure
def test_light_pages_use_the_same_colours() -> None:
    light_css = (STATIC / "light.css").read_text(encoding="utf-8")
    root, contrasted = light_css.split('[data-theme="contrast"]', 1)
    own = declared(root)
    assert own
    assert own.items() <= LIGHT.items()
    assert declared(contrasted.split("}", 1)[0]).items() <= THEMES["contrast"].items()


@pytest.mark.pure
def test_components_take_their_colours_from_the_tokens() -> None:
    """Print alone names plain white and grey, because paper has no theme."""
    for path in CSS.glob("*.css"):
        if path.name not in ("tokens.css", "print.css"):
            assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8")), path
