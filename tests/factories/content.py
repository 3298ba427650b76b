"""A small programme version for tests that need content but not the library."""

from datetime import date

from courses import rules
from courses.activity_parts import Option
from courses.naming import part_name

REVIEWED = date(2026, 11, 1)
LETTERS = {"practice": "l", "certifying": "k", "measuring": "d"}
SKILLS = ("tim-kiem", "an-toan", "thanh-toan")


def _item(skill: str, number: int, bank: str) -> rules.Item:
    return rules.Item(
        id=f"{skill}-{LETTERS[bank]}{number}",
        kind="single",
        skill=skill,
        difficulty=1 + number % 3,
        level="basic",
        prompt=f"Câu {number} về {skill}?",
        explanation="Vì cách này an toàn.",
        source="kinh nghiệm lớp học",
        reviewed_on=REVIEWED,
        options=_options(f"{skill}-{LETTERS[bank]}{number}"),
        certifying=bank == "certifying",
        measuring=bank == "measuring",
    )


def _options(item: str) -> tuple[Option, ...]:
    """Four ways, the first is right; named and ordered as the loader does it."""
    texts = [f"Cách {n}" for n in range(4)]
    named = (Option(part_name(item, "o", text), text, text == texts[0]) for text in texts)
    return tuple(sorted(named, key=lambda option: option.id))


def _lesson(code: str, skill: str) -> rules.Lesson:
    return rules.Lesson(
        code=code,
        title=f"Bài {code}",
        minutes=8,
        skills=(skill,),
        sources=("kinh nghiệm lớp học",),
        reviewed_on=REVIEWED,
        screens=tuple(rules.Screen(f"Màn {n}", f"Một ý **{n}**.") for n in range(1, 4)),
        take_home=("Nhớ kiểm tra trước khi bấm.",),
    )


def small_version(
    code: str = "nguoi-dan", title: str = "Kỹ năng số cho người dân"
) -> rules.ProgrammeVersion:
    """Three lessons, 54 items, one observed task; basic level, pass at 80%, three tries."""
    rows = tuple(rules.BlueprintRow(skill, 4) for skill in SKILLS)
    return rules.freeze(
        programme=rules.Programme(
            code=code, title=title, summary="Chương trình thử.", group="residents",
            address="cô chú", edition="1", framework=rules.Framework("khung-co-ban", "1.0"),
            levels=(rules.Level("basic", "Cơ bản", 8),),
            skills=tuple(rules.Skill(skill, skill) for skill in SKILLS),
        ),
        modules=(
            rules.Module(
                "m1", "Học phần 1", "Thử.", tuple(_lesson(f"b{n}", s) for n, s in enumerate(SKILLS, 1))
            ),
        ),
        items=[
            _item(skill, n, bank) for skill in SKILLS for n in range(6) for bank in LETTERS
        ],
        observed_tasks=[
            rules.ObservedTask(
                "goi-video", "Gọi video", "basic", SKILLS[0], "Mời cô chú gọi video.", "Chuẩn bị máy.",
                (rules.TaskStep("s1", "Mở ứng dụng"), rules.TaskStep("s2", "Bấm gọi")),
                "kinh nghiệm lớp học", REVIEWED,
            )
        ],
        blueprints=[rules.Blueprint(kind, "basic", rows) for kind in rules.FORM_KINDS],
        pass_rules=[rules.PassRule("basic", 80, required_tasks=("goi-video",), accommodations=("oral",))],
        media=[],
    )  # fmt: skip
