"""The words a plan may use: populations, measures, programmes, proofs, windows, operators.

Source: design/domain.md ("People and populations", "From class to count", "Settled choices") and
the tables of plans/README.md. Codes are English or the programme's own code; what people read is
in `lms.indicators.wording`. Tests keep this module and docs/indicators.md in step.
"""

from enum import StrEnum


class Subject(StrEnum):
    """What is counted: one person, one household, one unit, one digital team, or a thing."""

    PERSON = "person"
    HOUSEHOLD = "household"
    UNIT = "unit"
    TEAM = "team"
    THING = "thing"


class Basis(StrEnum):
    """Why somebody belongs to a population."""

    RESIDENCE = "residence"
    MEMBERSHIP = "membership"
    CLASS = "class"
    UNIT = "unit"
    UNION = "union"
    NONE = "none"


class MeasureKind(StrEnum):
    """Where a numerator comes from."""

    ATTAINED = "attained"
    TRAINED = "trained"
    CONFIRMED = "confirmed"
    DECLARED = "declared"
    SUPPORTED = "supported"
    COUNT = "count"
    HAS_AT_LEAST = "has_at_least"


class CountedOf(StrEnum):
    """What `has_at_least` counts: a household's proven members, or a mentor's mentees."""

    ATTAINED_MEMBERS = "attained_members"
    MENTEES = "mentees"


class Window(StrEnum):
    """The stretch of time before the cut-off in which evidence counts."""

    EVER = "ever"
    YEAR = "year"
    QUARTER = "quarter"
    WEEK = "week"


class Operator(StrEnum):
    """ "trên 95%" is `>`, "95%" and "tối thiểu" are `>=`."""

    MORE_THAN = ">"
    AT_LEAST = ">="


class TargetUnit(StrEnum):
    """A share in percent, a number of things, or every single subject ("mỗi")."""

    PERCENT = "percent"
    COUNT = "count"
    EACH = "each"


class Level(StrEnum):
    """`basic` is "sử dụng được", `proficient` is "sử dụng tốt"; proficient implies basic."""

    BASIC = "basic"
    PROFICIENT = "proficient"


class Letterhead(StrEnum):
    """Whose paper the report is written on."""

    UBND = "ubnd"
    DANG = "dang"


LEVEL_RANK = {Level.BASIC.value: 1, Level.PROFICIENT.value: 2}

# The ladder of proof, lowest first. The two class rungs are never attainments.
CLASS_RUNGS = ("attended", "learned")
PROOFS = ("self_declared", "test_passed", "test_supervised", "task_observed")
LADDER = CLASS_RUNGS + PROOFS
DEFAULT_PROOFS = ("test_passed", "test_supervised", "task_observed")

# Outside facts stand beside the ladder and count only where an indicator names them.
VNEID_CONFIRMED = "vneid_confirmed"
OUTSIDE_FACTS = (VNEID_CONFIRMED, "external_certificate", "prior_record")

STUDENT_LEVELS = ("primary", "lower_secondary", "upper_secondary", "tertiary")

# Kinds of group membership, and the population each one feeds.
MEMBERSHIP_KINDS = (
    "public_sector",
    "student",
    "worker",
    "trader",
    "farmer",
    "digital_team",
    "ambassador",
    "mentor",
    "ward_official",
    "poor",
    "disabled",
)

RESIDENTIAL_UNITS = frozenset({"thon", "to_dan_pho", "khu_dan_cu"})
ONE_STOP_CENTRE = "trung_tam_hcc"
PUBLIC_UNITS = frozenset({"co_quan", "truong", "tram_y_te", ONE_STOP_CENTRE})
UNIT_KINDS = (
    "thon",
    "to_dan_pho",
    "khu_dan_cu",
    "truong",
    "co_quan",
    "tram_y_te",
    ONE_STOP_CENTRE,
    "doanh_nghiep",
    "hop_tac_xa",
    "to_cong_nghe_so",
    "khac",
)

POPULATIONS: dict[str, Basis] = {
    "public_sector": Basis.MEMBERSHIP,
    "students": Basis.MEMBERSHIP,
    "adults": Basis.RESIDENCE,
    "urban_adults": Basis.RESIDENCE,
    "workers": Basis.MEMBERSHIP,
    "residents": Basis.RESIDENCE,
    "learners": Basis.CLASS,
    "citizens_16": Basis.RESIDENCE,
    "traders": Basis.MEMBERSHIP,
    "farmers": Basis.MEMBERSHIP,
    "digital_team": Basis.MEMBERSHIP,
    "digital_teams": Basis.UNIT,
    "ward_officials": Basis.MEMBERSHIP,
    "ambassadors": Basis.MEMBERSHIP,
    "mentors": Basis.MEMBERSHIP,
    "elderly": Basis.RESIDENCE,
    "disabled": Basis.RESIDENCE,
    "poor": Basis.RESIDENCE,
    "households": Basis.RESIDENCE,
    "public_units": Basis.UNIT,
    "residential_units": Basis.UNIT,
}

# What each subject may be counted in; every other population is made of persons.
SUBJECT_POPULATIONS: dict[Subject, frozenset[str]] = {
    Subject.HOUSEHOLD: frozenset({"households"}),
    Subject.TEAM: frozenset({"digital_teams"}),
    Subject.UNIT: frozenset({"public_units", "residential_units"}),
}
NOT_PERSONS = frozenset().union(*SUBJECT_POPULATIONS.values())

# Which kind of list a membership population is read from.
MEMBER_KINDS: dict[str, tuple[str, ...]] = {
    "public_sector": ("public_sector", "ward_official"),
    "students": ("student",),
    "workers": ("worker",),
    "traders": ("trader",),
    "farmers": ("farmer",),
    "digital_team": ("digital_team",),
    "ward_officials": ("ward_official",),
    "ambassadors": ("ambassador",),
    "mentors": ("mentor",),
    "disabled": ("disabled",),
    "poor": ("poor",),
}

ADULT_AGE = 18
CITIZEN_AGE = 16
ELDERLY_AGE = 60
FULL_AGES = {
    "adults": ADULT_AGE,
    "urban_adults": ADULT_AGE,
    "citizens_16": CITIZEN_AGE,
    "elderly": ELDERLY_AGE,
}

OFFICIALS = "can-bo"
PUPILS = "hoc-sinh"
WORKERS = "nguoi-lao-dong"
PEOPLE = "nguoi-dan"
ELDERS = "nguoi-cao-tuoi"
MARKET = "tieu-thuong-4t"
ONE_AI_TOOL = "ai-mot-cong-cu"
AI_OFFICE = "ai-hanh-chinh"
TEAMS = "to-cong-nghe-so"

GROUP_PROGRAMMES = (OFFICIALS, PUPILS, WORKERS, PEOPLE, ELDERS, MARKET)
PROGRAMMES = (*GROUP_PROGRAMMES, ONE_AI_TOOL, AI_OFFICE, TEAMS)
ADULT_PROGRAMMES = (OFFICIALS, WORKERS, PEOPLE, ELDERS, MARKET)

# Settled choices: which programmes count for a population unless the plan names its own.
DEFAULT_PROGRAMMES: dict[str, tuple[str, ...]] = {
    "public_sector": (OFFICIALS,),
    "students": (PUPILS,),
    "workers": (WORKERS,),
    "adults": ADULT_PROGRAMMES,
    "urban_adults": ADULT_PROGRAMMES,
    "residents": GROUP_PROGRAMMES,
    "learners": GROUP_PROGRAMMES,
    "citizens_16": GROUP_PROGRAMMES,
    "traders": (MARKET,),
    "farmers": (MARKET,),
    "digital_team": (TEAMS,),
    "digital_teams": (TEAMS,),
    "ward_officials": (OFFICIALS,),
    "ambassadors": (TEAMS,),
    "mentors": (TEAMS,),
    "elderly": ADULT_PROGRAMMES,
    "disabled": GROUP_PROGRAMMES,
    "poor": GROUP_PROGRAMMES,
    "households": GROUP_PROGRAMMES,
    "public_units": (),
    "residential_units": (),
}

# The measures that a subject can have; README "A measure's numerator comes from".
SUBJECT_MEASURES: dict[Subject, frozenset[MeasureKind]] = {
    Subject.PERSON: frozenset(MeasureKind),
    Subject.HOUSEHOLD: frozenset(
        {
            MeasureKind.HAS_AT_LEAST,
            MeasureKind.DECLARED,
            MeasureKind.SUPPORTED,
        }
    ),
    Subject.TEAM: frozenset(
        {
            MeasureKind.ATTAINED,
            MeasureKind.TRAINED,
            MeasureKind.DECLARED,
        }
    ),
    Subject.UNIT: frozenset({MeasureKind.COUNT, MeasureKind.DECLARED}),
    Subject.THING: frozenset({MeasureKind.COUNT}),
}
