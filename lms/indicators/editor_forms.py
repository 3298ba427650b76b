"""The forms of a plan: every field with its question, in the order in which an officer is asked."""

from lms.core.i18n import _, lazy
from lms.indicators import wording
from lms.indicators.definition import programme_name
from lms.indicators.editor_fields import (
    Area,
    DueBoxes,
    Kind,
    Lines,
    MeasureBoxes,
    Names,
    Number,
    Options,
    Pick,
    PopulationKind,
    Tick,
    Ticks,
    Years,
    YearTicks,
)
from lms.indicators.editor_nodes import Field, Fold, Nest, Node, Rows, Targets
from lms.indicators.plan_diff import period_words
from lms.indicators.plan_diff_words import subject_words, window_words
from lms.indicators.rules.deadlines import Period
from lms.indicators.rules.vocabulary import (
    OUTSIDE_FACTS,
    PROGRAMMES,
    PROOFS,
    Level,
    Subject,
    Window,
)
from lms.people.models import COMMUNE_KINDS


def _levels() -> list[tuple[str, str]]:
    return [(one.value, wording.level_name(one.value)) for one in Level]


def _subjects() -> list[tuple[str, str]]:
    return [(one.value, subject_words(one)) for one in Subject]


def _windows() -> list[tuple[str, str]]:
    return [(one.value, window_words(one)) for one in Window]


def _programmes() -> list[tuple[str, str]]:
    return [(code, programme_name(code)) for code in PROGRAMMES]


def _proofs() -> list[tuple[str, str]]:
    return [(code, wording.proof_name(code)) for code in (*PROOFS, *OUTSIDE_FACTS)]


def _operators() -> list[tuple[str, str]]:
    return [(">=", _("từ … trở lên (≥)")), (">", _("trên (>)"))]


def _units() -> list[tuple[str, str]]:
    return [
        ("percent", _("phần trăm")),
        ("count", _("số lượng")),
        ("each", _("mỗi đối tượng đều phải đạt")),
    ]


def _periods() -> list[tuple[str, str]]:
    return [(one.value, period_words(one)) for one in Period]


def _heads() -> list[tuple[str, str]]:
    return [("ubnd", _("Ủy ban nhân dân")), ("dang", _("Đảng ủy"))]


def _places() -> list[tuple[str, str]]:
    return [(word, word) for word in COMMUNE_KINDS.values()]


def pick(
    name: str, label: object, options: Options, help: object = "", blank: object = ""
) -> Field:
    """A field with a list to choose from; `blank` says what choosing nothing means."""
    return Field(name, label, Pick(options, blank), help)


WHERE = lazy("Chỗ ghi trong kế hoạch")
WHERE_HELP = lazy("Mục, trang hay phụ lục, ví dụ: II.1; Phụ lục, STT 1.")
POPULATION = Field("population", lazy("Đếm ai (đối tượng)"), PopulationKind())
MEASURE = Field("measure", lazy("Thế nào là đạt (cách đo)"), MeasureBoxes())
LEVEL = pick("level", lazy("Mức đạt"), _levels, blank=lazy("(kế hoạch không ghi)"))
SUBJECT = pick(
    "subject",
    lazy("Đếm theo"),
    _subjects,
    lazy("Thường để trống."),
    lazy("(máy tự biết theo đối tượng)"),
)
WINDOW = pick(
    "window", lazy("Tính kết quả trong khoảng"), _windows, blank=lazy("(từ trước đến ngày chốt)")
)
PROGRAMMES_FIELD = Field(
    "programmes",
    lazy("Chương trình được tính"),
    Ticks(_programmes),
    lazy("Không chọn gì thì tính chương trình của đối tượng."),
)
ACCEPTS = Field(
    "accepts",
    lazy("Bằng chứng được tính"),
    Ticks(_proofs),
    lazy(
        "Không chọn gì thì tính như thường lệ: kiểm tra đạt, kiểm tra có giám sát, làm việc thật."
    ),
)
LISTED = lazy("Mỗi dòng một đơn vị.")
ROLES: tuple[Node, ...] = (
    Field("lead", lazy("Chủ trì"), Lines(), LISTED),
    Field("done_by", lazy("Thực hiện"), Lines(), LISTED),
    Field("guides", lazy("Hướng dẫn, tổng hợp, báo cáo"), Lines(), LISTED),
    Field("coordinates", lazy("Phối hợp"), Lines(), LISTED),
)
NOTES = Field("notes", lazy("Ghi chú in kèm số liệu"), Lines(), lazy("Mỗi dòng một ghi chú."))
ASKED = (
    pick("operator", lazy("So sánh"), _operators),
    Field("value", lazy("Mức phải đạt"), Number(), lazy("Một số như 85 hoặc 85,5.")),
    pick("unit", lazy("Tính bằng"), _units, blank=lazy("(phần trăm; việc đếm thì số lượng)")),
    Field("word", lazy("Chữ của kế hoạch"), Kind(), lazy("Ví dụ: phấn đấu. Không đổi cách tính.")),
)
OWN = (
    LEVEL,
    Field("where", WHERE, Kind()),
    POPULATION,
    MEASURE,
    PROGRAMMES_FIELD,
    ACCEPTS,
    SUBJECT,
)
READING: tuple[Node, ...] = (
    Field("where", WHERE, Kind(), WHERE_HELP, required=True),
    Field("text", lazy("Ở đó ghi khác thế nào"), Area(), required=True),
    Field("years", lazy("Của những năm nào"), YearTicks(list), lazy("Không chọn gì là mọi năm.")),
    Nest(
        "variant",
        lazy("Tính cả theo cách này"),
        (*ASKED, POPULATION, MEASURE, LEVEL, SUBJECT),
        lazy("Chỉ điền chỗ khác đi. Điền thì máy tính thêm một số liệu in bên cạnh."),
        folded=True,
    ),
)

HEAD: tuple[Node, ...] = (
    Field("title", lazy("Tên gọi ngắn của kế hoạch"), Kind(), required=True),
    Field("official_title", lazy("Tên chính thức"), Area()),
    Nest(
        "place",
        lazy("Nơi ban hành"),
        (
            pick("kind", lazy("Loại"), _places),
            Field("name", lazy("Tên xã, phường"), Kind(), lazy("Không ghi chữ xã, phường.")),
            Field("province", lazy("Tỉnh, thành phố"), Kind()),
        ),
    ),
    pick("letterhead", lazy("Báo cáo mang tên cơ quan"), _heads),
    Field(
        "years",
        lazy("Các năm kế hoạch giao mức"),
        Years(),
        lazy("Ví dụ: 2025, 2026 hoặc 2025-2030."),
        required=True,
    ),
    Field("open_ended", lazy("Sau năm cuối, mức của năm cuối vẫn còn tính"), Tick()),
    Field("lead", lazy("Đơn vị chủ trì cả kế hoạch"), Lines(), LISTED),
    Field("lead_where", lazy("Kế hoạch ghi đơn vị chủ trì ở đâu"), Kind()),
    Field("notes", lazy("Ghi chú chung"), Lines(), lazy("Mỗi dòng một ghi chú.")),
    Fold(
        lazy("Kế hoạch gọi các đối tượng bằng tên khác"),
        (Field("names", lazy("Tên gọi trong kế hoạch"), Names()),),
        lazy("Chỉ điền tên nào khác; để trống thì dùng tên thường."),
    ),
)
INDICATOR: tuple[Node, ...] = (
    Field(
        "no",
        lazy("Số của chỉ tiêu trong kế hoạch"),
        Kind(),
        lazy("Viết đúng như kế hoạch: 1, 2a, V.4đ. Kế hoạch không đánh số thì ghi –."),
        required=True,
    ),
    Field("title", lazy("Tên gọi ngắn"), Area(), required=True),
    Field("where", WHERE, Kind(), WHERE_HELP, required=True),
    POPULATION,
    MEASURE,
    LEVEL,
    Targets("targets", lazy("Mức phải đạt"), ASKED, OWN),
    Field(
        "starts",
        lazy("Tính từ tháng nào"),
        Kind(),
        lazy("Ví dụ: 9/2025. Để trống nếu tính ngay từ đầu."),
    ),
    WINDOW,
    Fold(lazy("Đơn vị chủ trì, thực hiện, phối hợp"), ROLES),
    Fold(
        lazy("Chương trình, bằng chứng được tính"),
        (
            PROGRAMMES_FIELD,
            ACCEPTS,
            SUBJECT,
            Field("official_title", lazy("Tên chính thức"), Area()),
        ),
    ),
    Rows(
        "contradictions",
        lazy("Chỗ kế hoạch tự ghi khác"),
        lazy("Chỗ ghi khác"),
        READING,
        lazy("Khi phần thân và phụ lục không giống nhau: giữ cả hai, không bỏ bên nào."),
    ),
    Rows(
        "other_readings",
        lazy("Cách hiểu khác"),
        lazy("Cách hiểu"),
        READING,
        lazy("Khi một câu của kế hoạch hiểu được hai cách."),
    ),
    NOTES,
)
COMMITMENT: tuple[Node, ...] = (
    Field("title", lazy("Nhiệm vụ"), Area(), required=True),
    Field("where", WHERE, Kind(), WHERE_HELP, required=True),
    Field("due", lazy("Hạn"), Kind(), lazy("Ví dụ: 11/2025. Để trống nếu không ghi.")),
    Field("yearly_on", lazy("Ngày lặp lại hằng năm"), Kind(), lazy("Ví dụ: 10/10.")),
    Fold(lazy("Đơn vị chủ trì, thực hiện, phối hợp"), ROLES),
    Fold(
        lazy("Máy đếm được nhiệm vụ này"),
        (
            POPULATION,
            MEASURE,
            LEVEL,
            Nest("target", lazy("Mức phải đạt"), ASKED),
            WINDOW,
            PROGRAMMES_FIELD,
            ACCEPTS,
            SUBJECT,
        ),
        lazy("Chỉ điền khi nhiệm vụ có đối tượng và cách đo."),
    ),
    NOTES,
)
REPORT: tuple[Node, ...] = (
    Field("title", lazy("Tên báo cáo"), Kind(), required=True),
    Field("where", WHERE, Kind(), WHERE_HELP, required=True),
    pick("period", lazy("Kỳ báo cáo"), _periods),
    Field("due", lazy("Hạn báo cáo"), DueBoxes()),
    Field("sender", lazy("Nơi gửi"), Lines(), LISTED),
    Field("receiver", lazy("Nơi nhận"), Lines(), LISTED),
    NOTES,
)
