"""Style sheets, drawings, scripts and templates are whole, small and fit our CSP."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader, PrefixLoader, select_autoescape

from lms.app import CheckedUndefined

ROOT = Path(__file__).parents[2]
CORE = ROOT / "lms" / "core"
STATIC = CORE / "static" / "core"
IMG = STATIC / "img"
COMPONENTS = (CORE / "templates" / "core" / "components.html").read_text(encoding="utf-8")
GUIDE = (CORE / "templates" / "styleguide" / "index.html").read_text(encoding="utf-8")
PACKAGES = ("lms", "courses", "assessments", "certificates")
SPRITE = set(re.findall(r'<symbol id="([a-z-]+)"', (IMG / "icons.svg").read_text(encoding="utf-8")))
ICON_USES = re.compile(r"""(?:\bicon\(|draw_icon\(|\bicon=)\s*["']([a-z-]+)["']""")


def templates() -> Iterator[tuple[Path, str]]:
    """Every template of every package with its text, without Jinja comments."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob("**/templates/**/*.html")):
            yield path, re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)


def rules_of(path: Path) -> str:
    """A style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)


def listed(path: Path) -> list[str]:
    """The lines of a list file, without comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def environment() -> Environment:
    """Jinja as the app sets it up, with the two globals that templates may rely on."""
    loader = FileSystemLoader(CORE / "templates")
    env = Environment(loader=loader, autoescape=select_autoescape(), undefined=CheckedUndefined)
    env.trim_blocks = env.lstrip_blocks = True
    env.globals["_"] = lambda text, **values: text % values if values else text
    env.globals["asset"] = lambda name: f"/assets/{'0' * 12}/{name}"
    env.globals["get_flashed_messages"] = lambda **_: [("success", "Đã lưu")]
    return env


@pytest.mark.pure
def test_every_component_file_is_in_the_order_once() -> None:
    order = listed(STATIC / "css" / "ORDER.txt")
    assert len(order) == len(set(order))
    assert set(order) == {path.name for path in (STATIC / "css").glob("*.css")}
    assert order[0] == "tokens.css"
    assert order[-1] == "print.css"


@pytest.mark.pure
def test_the_style_sheet_stays_small() -> None:
    assert sum(path.stat().st_size for path in (STATIC / "css").glob("*.css")) <= 40_000


@pytest.mark.pure
@pytest.mark.parametrize("path", sorted((STATIC / "css").glob("*.css")), ids=lambda p: p.name)
def test_a_style_sheet_is_whole_and_finds_its_pictures(path: Path) -> None:
    css = rules_of(path)
    assert css.count("{") == css.count("}")
    assert "@import" not in css
    assert "@font-face" not in css
    for target in re.findall(r"url\(\"?([^\")]+)\"?\)", css):
        assert (STATIC / target).is_file(), f"{path.name} asks for {target}"


@pytest.mark.pure
def test_no_rule_dies_in_a_browser_that_lacks_has() -> None:
    """One unknown selector in a list drops the whole rule; Chrome 95 knows no :has()."""
    for path in (STATIC / "css").glob("*.css"):
        for selectors in re.findall(r"([^{}]+)\{", rules_of(path)):
            assert not (":has(" in selectors and "," in selectors), selectors


@pytest.mark.pure
def test_every_picture_is_listed_small_and_has_a_word() -> None:
    rows = [line.split("|") for line in listed(IMG / "pictures" / "NAMES.txt")]
    assert len(rows) >= 24
    assert {name for name, _ in rows} == {p.stem for p in (IMG / "pictures").glob("*.svg")}
    assert len({word for _, word in rows}) == len(rows)
    assert all((IMG / "pictures" / f"{name}.svg").stat().st_size <= 2048 for name, _ in rows)


@pytest.mark.pure
def test_drawings_hold_nothing_that_runs_or_reaches_out() -> None:
    for path in IMG.rglob("*.svg"):
        svg = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"<script|<style|\bon[a-z]+=|style=|https?:|data:", svg), path.name


@pytest.mark.pure
def test_app_pictures_for_home_screens_are_small() -> None:
    assert all((IMG / f"icon-{size}.png").stat().st_size <= 15_000 for size in (192, 512))


@pytest.mark.pure
def test_every_icon_in_use_is_in_the_sprite() -> None:
    used = {(path.name, name) for path, text in templates() for name in ICON_USES.findall(text)}
    assert used
    assert not {pair for pair in used if pair[1] not in SPRITE}


@pytest.mark.pure
def test_the_style_guide_shows_every_icon_picture_and_scene() -> None:
    shown = set(re.findall(r"[a-z-]+", GUIDE))
    assert shown >= SPRITE
    assert shown >= {path.stem for path in IMG.glob("pictures/*.svg")}
    assert shown >= {path.stem for path in IMG.glob("scenes/*.svg")}


@pytest.mark.pure
def test_every_picture_a_template_names_is_there() -> None:
    named = re.compile(r"""asset\(["']core/([^"']+)["']\)""")
    for path, text in templates():
        for target in named.findall(text):
            built = target in ("app.css", "img/pictures.svg")
            assert built or (STATIC / target).is_file(), f"{path.name} asks for {target}"


@pytest.mark.pure
def test_no_template_carries_inline_style_or_script() -> None:
    inline = re.compile(
        r"<style|\sstyle\s*=|<script(?![^>]*(\bsrc=|application/json))|\son[a-z]+\s*=|javascript:"
    )
    for path, text in templates():
        found = inline.search(text)
        assert not found, f"{path}: {text[found.start() : found.start() + 60]!r}"


@pytest.mark.pure
@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda p: p.name)
def test_a_script_is_short_and_old_browsers_read_it(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 130
    assert not re.search(r"\?\.[a-zA-Z(\[]|\?\?|\beval\b|innerHTML|import\(", script)
    assert all((path.parent / name).is_file() for name in re.findall(r"from '(\./[^']+)'", script))


@pytest.mark.pure
def test_every_macro_is_explained_at_the_top() -> None:
    top = COMPONENTS.split("-#}", 1)[0]
    macros = set(re.findall(r"macro ([a-z]\w*)\(", COMPONENTS))
    assert not {name for name in macros if not re.search(rf"\b{name}\(", top)}


@pytest.mark.pure
def test_the_style_guide_renders_in_both_themes() -> None:
    page = environment().get_template("styleguide/index.html").render()
    assert 'data-theme="light"' in page
    assert 'data-theme="contrast"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.pure
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 500, 503])
def test_an_error_page_says_what_to_do_and_offers_one_button(status: int) -> None:
    page = environment().get_template("core/error.html")
    html = page.render(status=status, title="Không tìm thấy", detail="Hãy quay về trang đầu.")
    assert "<h1>Không tìm thấy</h1>" in html
    assert "Hãy quay về trang đầu." in html
    assert html.count('class="button button--primary"') == 1


@pytest.mark.pure
def test_a_light_page_weighs_less_than_fifteen_kilobytes() -> None:
    page = (
        '{% extends "core/shell_public.html" %}{% set light = true %}{% block title %}x{% endblock %}'
        '{% block content %}{{ c.verdict("Giấy chứng nhận có giá trị", "success", "Số 12") }}'
        '{% call c.card() %}{{ c.definitions([("Nơi cấp", "Xã")] * 8) }}{% endcall %}{% endblock %}'
    )
    env = environment()
    assert env.loader
    env.loader = PrefixLoader({"core": _below("core"), "own": DictLoader({"page": page})})
    html = env.get_template("own/page").render()
    assert "<script" not in html
    assert "icons.svg" not in html
    files = [STATIC / "light.css", IMG / "mark.svg", IMG / "favicon.svg"]
    assert len(html.encode()) + sum(path.stat().st_size for path in files) <= 15_000


def _below(folder: str) -> FileSystemLoader:
    return FileSystemLoader(CORE / "templates" / folder)


@pytest.mark.pure
def test_a_learner_always_finds_help_and_the_next_person() -> None:
    shell = environment().get_template("core/shell_learner.html")
    html = shell.render(help_url="/help", next_person_url="/next")
    assert 'action="/help"' in html
    assert 'action="/next"' in html
    assert html.index("Gọi thầy/cô") < html.index("<main") < html.index("Người tiếp theo")


@pytest.mark.pure
@pytest.mark.parametrize("shell", ["learner", "staff", "public"])
def test_every_shell_has_a_skip_link_a_language_and_one_main(shell: str) -> None:
    html = environment().get_template(f"core/shell_{shell}.html").render()
    assert '<html lang="vi"' in html
    assert '<a class="skip" href="#main">' in html
    assert html.count('<main id="main"') == 1
    assert 'role="status"' in html


@pytest.mark.pure
def test_a_bar_never_leaves_its_frame() -> None:
    bar = environment().from_string(
        '{% import "core/components.html" as c %}{{ c.bar(value, target, top, "x") }}'
    )
    assert 'width="100.00%"' in bar.render(value=130, target=95, top=100)
    assert 'width="0.00%"' in bar.render(value=None, target=None, top=0)
    assert 'width="85.50%"' in bar.render(value="85.5", target="100", top=100)
