"""What every figure of the five plans is, by our reading of the plans: one line per figure and reading.

plan | code | reading | years | starts | subject | population | measure | target

`years` are those in which the line is computed, the plan's last rule holding after its last year and
its first before its first. A target stands only in the plan's own years (Diên Sanh names no last one).
A target is an operator and a share of the population, `each`, or `#` and a number of things.
"""

from dataclasses import dataclass
from datetime import date

ALWAYS = (1, 9999)
YEARS = {
    "thuan-an": (2025, 2026), "dien-sanh": (2025, 9999), "song-cong": (2026, 2026),
    "hung-chau": (2025, 2026), "viet-tri": (2025, 2026),
}  # fmt: skip
"""The years in which a plan sets targets."""

TABLE = """
thuan-an | 1 | plan | -2025 | | person | public_sector | can-bo | > 95
thuan-an | 1 | plan | 2026- | | person | public_sector | can-bo+ | >= 100
thuan-an | 1 | contradiction-1 | 2025 | | person | public_sector | can-bo | >= 95
thuan-an | 1 | contradiction-2 | 2026 | | person | public_sector | can-bo | >= 100
thuan-an | 2 | plan | -2025 | | person | secondary | hoc-sinh | >= 100
thuan-an | 2 | plan | 2026- | | person | from_primary | hoc-sinh | >= 100
thuan-an | 2 | contradiction-1 | 2026 | | person | secondary | hoc-sinh | >= 100
thuan-an | 2 | contradiction-2 | 2025-2026 | | person | from_primary | hoc-sinh | >= 100
thuan-an | 3 | plan | -2025 | | person | adults | five | > 85
thuan-an | 3 | plan | 2026- | | person | adults | five+ | >= 100
thuan-an | 3 | contradiction-1 | 2026 | | person | adults | five | >= 100
thuan-an | 4 | plan | -2025 | | person | adults | declared smartphone | >= 85
thuan-an | 4 | plan | 2026- | | person | adults | declared smartphone | > 85
thuan-an | 5 | plan | -2025 | | person | urban_adults | declared payment-account | > 50
thuan-an | 5 | plan | 2026- | | person | urban_adults | declared payment-account | >= 50
thuan-an | 5 | contradiction-1 | 2025 | | person | urban_adults | declared payment-account | >= 50
thuan-an | 5 | contradiction-2 | 2026 | | person | urban_adults | declared payment-account |
thuan-an | 6 | plan | -2025 | | person | workers | nguoi-lao-dong | >= 80
thuan-an | 6 | plan | 2026- | | person | workers | nguoi-lao-dong+ | >= 100
thuan-an | 6 | contradiction-2 | 2026 | | person | workers | nguoi-lao-dong | >= 100
thuan-an | gia-dinh-so | plan | always | | household | households | home six | each
thuan-an | cho-so | plan | always | | person | market | tieu-thuong-4t |
thuan-an | lop-nguoi-cao-tuoi | plan | always | | thing | elderly | things elderly-class |

dien-sanh | can-bo | plan | always | | person | public_sector | can-bo |
dien-sanh | hoc-sinh | plan | always | | person | students | hoc-sinh |
dien-sanh | nguoi-dan | plan | always | | person | adults | five |
dien-sanh | nguoi-lao-dong | plan | always | | person | workers | nguoi-lao-dong |
dien-sanh | 2.2 | plan | always | | person | students | hoc-sinh |
dien-sanh | 3.1 | plan | always | | thing | taught | things class-held |
dien-sanh | 3.2 | plan | always | 2025-10-01 | thing | workers | things worker-class-held |
dien-sanh | 4.1 | plan | always | | team | digital_teams | team trained to-cong-nghe-so ever |
dien-sanh | 4.3 | plan | always | 2025-09-01 | thing | ambassadors | posted posted-ambassador | >= #1
dien-sanh | 4.4 | plan | always | 2025-09-01 | household | households | home six | each
dien-sanh | 4.5 | plan | always | 2025-09-01 | person | market | tieu-thuong-4t |
dien-sanh | 3.6 | plan | always | 2025-09-01 | person | citizens_16 | declared digital-identity | >= 100

song-cong | 1 | plan | always | | person | public_sector | can-bo+ | >= 100
song-cong | 2 | plan | always | | person | from_primary | hoc-sinh | >= 100
song-cong | 3 | plan | always | | person | adults | five+ | >= 100
song-cong | 4 | plan | always | | person | adults | confirmed | > 90
song-cong | 5 | plan | always | | person | workers | nguoi-lao-dong+ | >= 100
song-cong | 6 | plan | always | | team | digital_teams | team to-cong-nghe-so+ | >= 100
song-cong | 6 | thanh-vien | 2026 | | person | digital_team | to-cong-nghe-so+ | >= 100
song-cong | 7a | plan | always | | person | ward_officials | trained ai-hanh-chinh ever | >= 100
song-cong | 7b | plan | always | | person | ambassadors | trained ai-hanh-chinh ever | >= 80
song-cong | 8 | plan | always | | person | learners | ai-mot-cong-cu | >= 60
song-cong | 8 | toan-dan | 2026 | | person | residents | ai-mot-cong-cu | >= 60
song-cong | 9 | plan | always | | thing | none | things pilot-model | >= #1
song-cong | lop-nguoi-cao-tuoi | plan | always | | thing | elderly | things elderly-class |
song-cong | lop-nguoi-khuyet-tat | plan | always | | thing | disabled | things disabled-class |
song-cong | ho-tro-nguoi-ngheo | plan | always | | person | poor | declared digital-support |
song-cong | gia-dinh-so | plan | always | | household | households | home six |
song-cong | cho-so | plan | always | | person | market | tieu-thuong-4t |
song-cong | danh-tinh-so | plan | always | | person | citizens_16 | declared digital-identity |
song-cong | buoi-hoc-cong-dong | plan | always | | thing | residents | things community-class |
song-cong | tap-huan-to | plan | always | | person | digital_team | trained to-cong-nghe-so ever |

hung-chau | a | plan | -2025 | | person | public_sector | can-bo | >= 80
hung-chau | a | plan | 2026- | | person | public_sector | can-bo+ | >= 100
hung-chau | b | plan | -2025 | | person | secondary_tertiary | hoc-sinh | >= 80
hung-chau | b | plan | 2026- | | person | from_primary | hoc-sinh | >= 100
hung-chau | c | plan | -2025 | | person | adults | five | >= 80
hung-chau | c | plan | 2026- | | person | adults | five+ | >= 100
hung-chau | d | plan | -2025 | | person | adults | confirmed | >= 40
hung-chau | d | plan | 2026- | | person | adults | confirmed | > 60
hung-chau | dd | plan | -2025 | | person | workers | nguoi-lao-dong | >= 80
hung-chau | dd | plan | 2026- | | person | workers | nguoi-lao-dong+ | >= 100

viet-tri | 1-a | plan | -2025 | | person | public_sector | can-bo | >= 95
viet-tri | 1-a | plan | 2026- | | person | public_sector | can-bo+ | >= 100
viet-tri | 1-a | contradiction-1 | 2026 | | person | public_sector | can-bo | >= 100
viet-tri | 2-b | plan | -2025 | | person | secondary_tertiary | hoc-sinh | >= 100
viet-tri | 2-b | plan | 2026- | | person | from_primary | hoc-sinh | >= 100
viet-tri | 2-b | contradiction-1 | 2025 | | person | secondary | hoc-sinh | >= 100
viet-tri | 3-c | plan | -2025 | | person | adults | five | >= 80
viet-tri | 3-c | plan | 2026- | | person | adults | five+ | >= 100
viet-tri | 3-c | contradiction-1 | 2026 | | person | adults | five | >= 100
viet-tri | 4-d | plan | -2025 | | person | adults | confirmed | >= 50
viet-tri | 4-d | plan | 2026- | | person | adults | confirmed | >= 70
viet-tri | 5-e | plan | -2025 | | person | workers | nguoi-lao-dong | >= 80
viet-tri | 5-e | plan | 2026- | | person | workers | nguoi-lao-dong+ | >= 100
viet-tri | 5-e | contradiction-1 | 2026 | | person | workers | nguoi-lao-dong | >= 100
viet-tri | v.1a | plan | always | | unit | public_units | held training-course year | each
viet-tri | v.4a | plan | always | | unit | residential_units | held community-class week | each
viet-tri | v.4c | plan | always | | thing | elderly | things elderly-class |
viet-tri | v.4d-i | plan | always | | thing | disabled | things disabled-class |
viet-tri | v.4d-ii | plan | always | | thing | disabled | things accessible-page |
viet-tri | v.4dd | plan | always | | person | poor | declared digital-support | >= 100
viet-tri | v.5 | plan | always | | person | digital_team | trained to-cong-nghe-so year | >= 100
viet-tri | vi.1-i | plan | always | 2025-01-01 | person | mentors | five mentees | each
viet-tri | vi.1-ii | plan | always | 2025-01-01 | thing | ambassadors | posted posted-helper | >= #1
viet-tri | vi.2 | plan | always | 2025-01-01 | household | households | home six | each
viet-tri | vi.3 | plan | always | 2025-01-01 | person | market | tieu-thuong-4t |
viet-tri | vi.4 | plan | always | 2025-01-01 | person | citizens_16 | declared digital-identity | >= 100
"""

NAMED = {
    "five": "can-bo nguoi-lao-dong nguoi-dan nguoi-cao-tuoi tieu-thuong-4t",
    "six": "can-bo hoc-sinh nguoi-lao-dong nguoi-dan nguoi-cao-tuoi tieu-thuong-4t",
}
"""Sets of programmes that adults' and households' figures accept."""

DECLARED_AS = {
    "students": "students",
    "secondary": "students(lower_secondary,upper_secondary)",
    "from_primary": "students(primary,lower_secondary,upper_secondary)",
    "secondary_tertiary": "students(lower_secondary,upper_secondary,tertiary)",
    "market": "any_of[traders,farmers,residents]",
    "taught": "any_of[public_sector,digital_team,residents]",
}
"""Under which key a population is declared, where that is not its own name."""

LEVELS = {
    "secondary": ("lower_secondary", "upper_secondary"),
    "from_primary": ("primary", "lower_secondary", "upper_secondary"),
    "secondary_tertiary": ("lower_secondary", "upper_secondary", "tertiary"),
}


@dataclass(frozen=True)
class Line:
    """One figure in some years."""

    plan: str
    code: str
    reading: str
    years: tuple[int, int]
    starts: date | None
    subject: str
    population: str
    measure: str
    operator: str | None
    tenths: int | None
    """The target in tenths of a percent; None for `each` and for a number of things."""
    things: int | None

    @property
    def asked_in(self) -> tuple[int, int]:
        """The years in which the target stands; commitments' targets stand always."""
        return ALWAYS if self.code == "gia-dinh-so" else YEARS[self.plan]


def _years(text: str) -> tuple[int, int]:
    if text == "always":
        return ALWAYS
    first, _, last = text.partition("-")
    if "-" not in text:
        last = first
    return int(first or ALWAYS[0]), int(last or ALWAYS[1])


def _line(text: str) -> Line:
    plan, code, reading, years, starts, subject, population, measure, target = (
        part.strip() for part in text.split("|")
    )
    operator, _, value = target.partition(" ")
    share = bool(value) and not value.startswith("#")
    return Line(
        plan, code, reading, _years(years), date.fromisoformat(starts) if starts else None,
        subject, population, measure, operator or None,
        int(value) * 10 if share else None, int(value[1:]) if value.startswith("#") else None,
    )  # fmt: skip


LINES = tuple(_line(text) for text in TABLE.strip().splitlines() if text)
