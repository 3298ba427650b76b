"""What codes and figures are called on the screen and on paper, in Vietnamese."""

from collections.abc import Mapping

from lms.core.i18n import _
from lms.indicators.choices import measures_of, populations_of
from lms.indicators.rules.arithmetic import decimal_text, number_text
from lms.indicators.rules.figure import KnownBy, Size, State
from lms.indicators.rules.plan import Plan, Population, Target
from lms.indicators.rules.vocabulary import Operator, TargetUnit

NO_VALUE = "–"


def state_text(state: State) -> str:
    """What is said where there is no figure, or no target; nothing where all is known."""
    return {
        State.NO_DATA: _("chưa có số liệu"),
        State.NO_DENOMINATOR: _("thiếu mẫu số"),
        State.NO_TARGET: _("kế hoạch không quy định"),
        State.OK: "",
    }[state]


def population_name(population: Population, names: Mapping[str, str] | None = None) -> str:
    """A population in words; `names` are the plan's own names for it."""
    if population.any_of:
        parts = [population_name(part, names) for part in population.any_of]
        return _("%(first)s hoặc %(last)s", first=", ".join(parts[:-1]), last=parts[-1])
    own = (names or {}).get(population.code)
    if own and population.code == "digital_team":
        return _("thành viên %(team)s", team=own)
    name = own or _population_names()[population.code]
    levels = [_level_names()[level] for level in population.levels]
    return f"{name} ({', '.join(levels)})" if levels else name


def put_in_names(plan: Plan) -> dict[str, str]:
    """What somebody may declare for the plan: the code of the rows and its name in the plan's words."""
    sizes = {key: population_name(one, plan.names) for key, one in populations_of(plan).items()}
    return sizes | {code: one.label or code for code, one in measures_of(plan).items()}


def _population_names() -> dict[str, str]:
    return {
        "public_sector": _("cán bộ, công chức, viên chức và người lao động khu vực công"),
        "students": _("học sinh, sinh viên"),
        "adults": _("người dân đủ 18 tuổi"),
        "urban_adults": _("người dân đủ 18 tuổi ở đô thị"),
        "workers": _("người lao động trong doanh nghiệp, hợp tác xã"),
        "residents": _("người dân"),
        "learners": _("người theo học trong năm"),
        "citizens_16": _("công dân đủ 16 tuổi"),
        "traders": _("tiểu thương"),
        "farmers": _("nông dân"),
        "digital_team": _("thành viên Tổ công nghệ số cộng đồng"),
        "digital_teams": _("Tổ công nghệ số cộng đồng"),
        "ward_officials": _("cán bộ phường, xã"),
        "ambassadors": _("đại sứ số"),
        "mentors": _("người hướng dẫn"),
        "elderly": _("người cao tuổi (đủ 60)"),
        "disabled": _("người khuyết tật"),
        "poor": _("người nghèo, người có hoàn cảnh đặc biệt"),
        "households": _("hộ gia đình"),
        "public_units": _("đơn vị công lập"),
        "residential_units": _("thôn, tổ dân phố, khu dân cư"),
        "none": "",
    }


def _level_names() -> dict[str, str]:
    return {
        "primary": _("tiểu học"),
        "lower_secondary": _("THCS"),
        "upper_secondary": _("THPT"),
        "tertiary": _("sinh viên"),
    }


def proof_name(code: str) -> str:
    """A rung of the ladder or an outside fact in words."""
    return {
        "attended": _("đã dự"),
        "learned": _("đã học"),
        "self_declared": _("tự khai"),
        "test_passed": _("đạt bài kiểm tra"),
        "test_supervised": _("đạt bài kiểm tra có giám sát"),
        "task_observed": _("làm được việc thật"),
        "vneid_confirmed": _("xác nhận trên VNeID"),
        "external_certificate": _("chứng nhận của nơi khác"),
        "prior_record": _("kết quả có từ trước"),
    }[code]


def level_name(code: str) -> str:
    """A level of attainment in words."""
    return {"basic": _("cơ bản (sử dụng được)"), "proficient": _("sử dụng tốt")}[code]


def target_text(target: Target | None) -> str:
    """A target as plans write it: "trên 95%", "phấn đấu 85%", "tối thiểu 1", "tất cả"."""
    if target is None:
        return state_text(State.NO_TARGET)
    if target.unit is TargetUnit.EACH:
        return _("tất cả")
    value = decimal_text(target.value)
    if target.unit is TargetUnit.PERCENT:
        value += "%"
    more = target.operator is Operator.MORE_THAN
    least = _("tối thiểu") if target.unit is TargetUnit.COUNT else ""
    return " ".join(word for word in (target.word, _("trên") if more else least, value) if word)


def population_text(size: Size) -> str:
    """How the size of a population is known, in one line for screen and paper."""
    if size.size is None and size.known_by is None:
        return state_text(State.NO_DENOMINATOR)
    if size.known_by is KnownBy.REGISTER:
        return _("đếm từ danh sách đã nhập: %(n)s", n=number_text(size.size or 0)) + _births(size)
    value = state_text(State.NO_DENOMINATOR) if size.size is None else number_text(size.size)
    said = _(
        "số khai báo: %(n)s (nguồn: %(source)s, ngày %(day)s, %(status)s)",
        n=value,
        source="; ".join(size.sources),
        day=size.declared_on.strftime("%d/%m/%Y") if size.declared_on else NO_VALUE,
        status=_("chính thức") if size.official else _("ước tính"),
    )
    if size.register_size is None:
        return said
    own = number_text(size.register_size)
    return said + _("; danh sách đã nhập có %(n)s", n=own) + _births(size)


def _births(size: Size) -> str:
    """For how many only the year of birth is known."""
    births = size.births
    if births is None or not (births.year_only or births.waiting or births.unknown):
        return ""
    said = _(
        "; %(n)s người chỉ có năm sinh (tính như sinh ngày 31/12)", n=number_text(births.year_only)
    )
    if births.waiting:
        said += _("; %(n)s người chưa tính vì thiếu ngày sinh", n=number_text(births.waiting))
    if births.unknown:
        said += _("; %(n)s người chưa rõ năm sinh", n=number_text(births.unknown))
    return said


def missing_text(not_yet: int | None) -> str:
    """ "còn 312 người chưa đạt": population − numerator."""
    return NO_VALUE if not_yet is None else _("còn %(n)s chưa đạt", n=number_text(not_yet))


def needed_text(gap_people: int | None) -> str:
    """ "cần thêm 41 để đạt chỉ tiêu": needed − numerator."""
    if gap_people is None:
        return NO_VALUE
    return _("cần thêm %(n)s để đạt chỉ tiêu", n=number_text(gap_people))


def exceeds_text() -> str:
    """The word that goes with a numerator above its denominator."""
    return _("tử số lớn hơn mẫu số, cần kiểm tra lại số liệu")


def lacks_text(units: int) -> str:
    """What is said of a sum that some units have not yet told their part of."""
    return _("mới cộng các đơn vị đã báo, còn thiếu %(n)s đơn vị", n=number_text(units))
