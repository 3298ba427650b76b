"""Modules are joined by taking away: what could go wrong is refused."""

import pytest

from lms.core.bundles import NotJoinable, bundle, bundles

pytestmark = pytest.mark.pure


def of(**modules: str) -> dict[str, bytes]:
    return {f"x/js/{name}.js": source.encode() for name, source in modules.items()}


def test_each_module_comes_once_and_after_what_it_needs() -> None:
    files = of(
        main="import { one } from './one.js';\nimport two from './two.js';\none(two());\n",
        one="import two from './two.js';\nexport function one(value) {\n  return value + two();\n}\n",
        two="// Why two.\nexport default function two() {\n  return 2;\n}\n",
    )
    assert bundle(files, "x/js/main.js").decode() == (
        "function two() {\n  return 2;\n}\n\n"
        "function one(value) {\n  return value + two();\n}\n\n"
        "one(two());\n"
    )


def test_imports_may_stand_on_several_lines_and_in_other_folders() -> None:
    files = of(main="import {\n  a,\n  b,\n} from './deep/part.js';\nimport './only.js';\na(b);\n",
               only="go();\n")  # fmt: skip
    files["x/js/deep/part.js"] = b"export const b = 1;\nexport async function a() {}\n"
    joined = bundle(files, "x/js/main.js").decode()
    assert joined == "const b = 1;\nasync function a() {}\n\ngo();\n\na(b);\n"


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ({"main": "import { a } from './one.js';\n", "one": "import './main.js';\n"}, "ring"),
        ({"main": "import { a } from './gone.js';\n"}, "not there"),
        ({"main": "import { a as b } from './one.js';\n", "one": ""}, "whole names"),
        ({"main": "import { a } from 'elsewhere';\n"}, "relative import"),
        ({"main": "import './one.js';\nconst same = 1;\n", "one": "let same = 2;\n"}, "stands in"),
        ({"main": "const { a } = b;\n"}, "apart"),
    ],
)
def test_what_joining_would_break_is_refused(modules: dict[str, str], words: str) -> None:
    with pytest.raises(NotJoinable, match=words):
        bundle(of(**modules), "x/js/main.js")


def test_a_package_names_what_it_wants_joined() -> None:
    files = of(main="go();\n") | {"x/js/BUNDLE.txt": b"all.js main.js\n"}
    assert bundles(files) == {"x/all.js": b"(() => {\ngo();\n})();"}


def test_a_later_file_takes_what_an_earlier_one_holds() -> None:
    files = of(
        main="import { low } from './low.js';\nlow();\n",
        low="export function low() {}\nexport function unasked() {}\n",
        more="import { low } from './low.js';\nimport { own } from './own.js';\n"
        "export const more = { low, own };\n",
        own="export function own() {}\n",
    ) | {"x/js/BUNDLE.txt": b"all.js main.js\nmore.js more.js after all.js\n"}
    made = bundles(files)
    assert made["x/all.js"].decode().endswith("return { low };\n})();\nexport { low };")
    assert made["x/more.js"].decode() == (
        "import { low } from './all.js';\nconst { more } = (() => {\nfunction own() {}\n\n"
        "const more = { low, own };\nreturn { more };\n})();\nexport { more };"
    )


def test_what_an_earlier_file_gives_never_changes_its_value() -> None:
    files = of(
        main="export let count = 0;\n",
        more="import { count } from './main.js';\nexport const a = 1;\n",
    ) | {"x/js/BUNDLE.txt": b"all.js main.js\nmore.js more.js after all.js\n"}
    with pytest.raises(NotJoinable, match="may change"):
        bundles(files)
