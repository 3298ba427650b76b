"""Communes, units, persons, households, memberships and what is imported of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune
from lms.core.ids import uuid7

BYTE_ORDER = String().with_variant(String(collation="C"), "postgresql")
"""Text compared byte by byte on both databases, whatever the server's language."""


class Commune(Base):
    """A commune, ward or special zone. Global: everything else of it hangs below."""

    __tablename__ = "commune"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    short_code: Mapped[str] = mapped_column(unique=True)
    """3–6 capital letters or digits; every code and token that arrives without a session begins with it."""
    kind: Mapped[str]
    """xa, phuong or dac_khu."""
    name: Mapped[str]
    """The name alone, such as 'Tân Bình Thượng'."""
    province: Mapped[str]
    is_sample: Mapped[bool] = mapped_column(default=False)
    """Sample and real data never share a database."""
    counts_temporary: Mapped[bool] = mapped_column(default=True)
    """Whether people with tạm trú count as residents; every export prints it."""
    two_steps: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether administrators and officers must prove a second step when they sign in."""
    created_at: Mapped[datetime] = created()

    __table_args__ = (CheckConstraint("kind IN ('xa', 'phuong', 'dac_khu')", name="kind"),)

    @property
    def title(self) -> str:
        """'xã Tân Bình Thượng'."""
        return f"{COMMUNE_KINDS[self.kind]} {self.name}"


COMMUNE_KINDS = {"xa": "xã", "phuong": "phường", "dac_khu": "đặc khu"}
RESIDENCE_UNITS = ("thon", "to_dan_pho", "khu_dan_cu")
UNIT_KINDS = {
    "thon": "thôn",
    "to_dan_pho": "tổ dân phố",
    "khu_dan_cu": "khu dân cư",
    "truong": "trường",
    "co_quan": "cơ quan",
    "tram_y_te": "trạm y tế",
    "trung_tam_hcc": "Trung tâm Phục vụ hành chính công",
    "doanh_nghiep": "doanh nghiệp",
    "hop_tac_xa": "hợp tác xã",
    "to_cong_nghe_so": "Tổ công nghệ số cộng đồng",
    "khac": "đơn vị khác",
}


class Unit(CommuneRow, Base):
    """A village, neighbourhood, school, agency, enterprise or digital team of the commune."""

    __tablename__ = "unit"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "code"),
        belongs_to("unit", "parent_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in UNIT_KINDS)})", name="kind"),
    )

    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    is_urban: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[UUID | None]
    """The village a digital team serves; empty for most."""
    opened_on: Mapped[date | None]
    """The first day; empty: since before anybody wrote it down."""
    closed_on: Mapped[date | None]
    """The first day on which it no longer stands."""
    part_of_id: Mapped[UUID | None]
    """The standing unit that this one is part of today, at the end of all mergers; empty while it
    stands itself. Made of the unit changes by `lms.people.unit_changes.settle`, so no key of its own."""


class UnitChange(CommuneRow, Base):
    """A unit was renamed or merged into another on a day: what was counted there keeps its unit of that day."""

    __tablename__ = "unit_change"
    __table_args__ = (
        belongs_to("unit", "unit_id"),
        belongs_to("unit", "into_id"),
        CheckConstraint("kind IN ('rename', 'merge')", name="kind"),
        CheckConstraint("(kind = 'merge') = (into_id IS NOT NULL)", name="into"),
        CheckConstraint("into_id IS NULL OR into_id <> unit_id", name="not_itself"),
        # A unit is merged into one other at a time, and renamed once on a day.
        Index(
            "uq_unit_change_merge",
            "commune_id",
            "unit_id",
            unique=True,
            sqlite_where=text("kind = 'merge' AND undone_at IS NULL"),
            postgresql_where=text("kind = 'merge' AND undone_at IS NULL"),
        ),
        Index(
            "uq_unit_change_rename",
            "commune_id",
            "unit_id",
            "happened_on",
            unique=True,
            sqlite_where=text("kind = 'rename' AND undone_at IS NULL"),
            postgresql_where=text("kind = 'rename' AND undone_at IS NULL"),
        ),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[str]
    into_id: Mapped[UUID | None]
    """The unit that takes over; only of a merge."""
    old_name: Mapped[str]
    new_name: Mapped[str]
    happened_on: Mapped[date]
    """The first day of the new name, or of the unit that takes over."""
    document: Mapped[str]
    """The decision that says so, as the officer named it."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


class Household(CommuneRow, Base):
    """A household (hộ gia đình) at one place."""

    __tablename__ = "household"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "code"),
        belongs_to("unit", "unit_id"),
    )

    code: Mapped[str]
    """The number people use for it in the commune's own list."""
    unit_id: Mapped[UUID]


class Person(CommuneRow, Base):
    """One person of the register. A merge never deletes a row, see PersonLink."""

    __tablename__ = "person"
    __table_args__ = (
        of_commune(),
        CheckConstraint("sex IN ('nam', 'nu')", name="sex"),
        Index("ix_person_sort", "commune_id", "sort_key"),
        Index("ix_person_search", "commune_id", "search_key"),
        Index("ix_person_citizen", "commune_id", "citizen_id_hmac"),
    )

    full_name: Mapped[str]
    """NFC. Erasure replaces it by an empty text and fills erased_on."""
    sort_key: Mapped[str] = mapped_column(BYTE_ORDER)
    """`lms.core.text.sort_key`: its bytes are in the order of Vietnamese names."""
    search_key: Mapped[str]
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None]
    """Always filled when anything of the birth is known; alone when only the year is."""
    sex: Mapped[str | None]
    phone: Mapped[str | None]
    citizen_id_hmac: Mapped[str | None]
    """Keyed HMAC of the 12 digits, for matching."""
    citizen_id_sealed: Mapped[str | None]
    """AES-GCM of the 12 digits, bound to the person's id."""
    died_on: Mapped[date | None]
    erased_on: Mapped[date | None]
    created_at: Mapped[datetime] = created()
    updated_at: Mapped[datetime] = created()


class Residence(CommuneRow, Base):
    """Where a person lived: from the first day to before `to_date`, the first day out."""

    __tablename__ = "residence"
    __table_args__ = (
        belongs_to("person", "person_id"),
        belongs_to("unit", "unit_id"),
        belongs_to("household", "household_id"),
        Index("ix_residence_person", "commune_id", "person_id"),
        Index("ix_residence_household", "commune_id", "household_id"),
        CheckConstraint("kind IN ('thuong_tru', 'tam_tru')", name="kind"),
        CheckConstraint(
            "to_date IS NULL OR from_date IS NULL OR to_date >= from_date", name="dates"
        ),
    )

    person_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    household_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(default="thuong_tru")
    from_date: Mapped[date | None]
    """Empty: since before anybody wrote it down."""
    to_date: Mapped[date | None]


MEMBERSHIP_KINDS = {
    "public_sector": "cán bộ, công chức, viên chức, người lao động khu vực công",
    "student": "học sinh, sinh viên",
    "worker": "người lao động",
    "trader": "tiểu thương",
    "farmer": "nông dân",
    "digital_team": "thành viên Tổ công nghệ số",
    "ward_official": "cán bộ phường, xã",
    "ambassador": "đại sứ số",
    "mentor": "người kèm cặp",
    "poor": "hộ nghèo, hoàn cảnh đặc biệt",
    "disabled": "người khuyết tật",
}
STUDENT_LEVELS = {
    "primary": "tiểu học",
    "lower_secondary": "THCS",
    "upper_secondary": "THPT",
    "tertiary": "sinh viên",
}


class Membership(CommuneRow, Base):
    """A person belongs to a group, within a unit or not, from a day to before another."""

    __tablename__ = "membership"
    __table_args__ = (
        belongs_to("person", "person_id"),
        belongs_to("unit", "unit_id"),
        Index("ix_membership_person", "commune_id", "person_id"),
        Index("ix_membership_kind", "commune_id", "kind"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in MEMBERSHIP_KINDS)})", name="kind"),
        CheckConstraint(
            "level IS NULL OR level IN ('primary', 'lower_secondary', 'upper_secondary', 'tertiary')",
            name="level",
        ),
        CheckConstraint(
            "to_date IS NULL OR from_date IS NULL OR to_date >= from_date", name="dates"
        ),
    )

    person_id: Mapped[UUID]
    kind: Mapped[str]
    unit_id: Mapped[UUID | None]
    level: Mapped[str | None]
    """Of students: primary, lower_secondary, upper_secondary or tertiary."""
    from_date: Mapped[date | None]
    to_date: Mapped[date | None]


class PersonLink(CommuneRow, Base):
    """`duplicate_id` is the same person as `survivor_id`; undone by a date, never deleted."""

    __tablename__ = "person_link"
    __table_args__ = (
        belongs_to("person", "duplicate_id"),
        belongs_to("person", "survivor_id"),
        CheckConstraint("duplicate_id <> survivor_id", name="not_itself"),
        # A record stands for at most one other at a time.
        Index(
            "uq_person_link_standing",
            "commune_id",
            "duplicate_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    duplicate_id: Mapped[UUID]
    survivor_id: Mapped[UUID]
    reason: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


class PersonDistinct(CommuneRow, Base):
    """Somebody looked: these two are different people, do not propose them again."""

    __tablename__ = "person_distinct"
    __table_args__ = (
        belongs_to("person", "first_id"),
        belongs_to("person", "second_id"),
        UniqueConstraint("commune_id", "first_id", "second_id"),
        CheckConstraint("first_id <> second_id", name="not_itself"),
    )

    first_id: Mapped[UUID]
    """The smaller of the two ids."""
    second_id: Mapped[UUID]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()


class RegisterImport(CommuneRow, Base):
    """A register file or paste: previewed first, applied whole or not at all; the same file twice is one.

    An applied import can be taken back (`undone`): what it made and changed is kept with it for that.
    """

    __tablename__ = "register_import"
    __table_args__ = (
        of_commune(),
        CheckConstraint("status IN ('previewed', 'applied', 'undone')", name="status"),
        CheckConstraint("purpose IN ('register', 'class')", name="purpose"),
        Index("ix_register_import_file", "commune_id", "sha256"),
    )

    file_name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The file sealed (it holds citizen IDs), kept until it is applied or a day has passed."""
    status: Mapped[str] = mapped_column(default="previewed")
    summary: Mapped[dict[str, object]] = mapped_column(JSON)
    """Counts by fate, the chosen default unit, and faults by row, column and code, without values."""
    purpose: Mapped[str] = mapped_column(server_default="register", default="register")
    """`class`: the people of this list are put into a class as well, see `lms.cohorts.class_list`."""
    choices: Mapped[dict[str, object]] = mapped_column(JSON, server_default="{}", default=dict)
    """What the reader chose: the tables to read, and who a doubtful row is; ids and places only."""
    plan: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The fates of the preview, sealed (they hold names), kept as long as the file."""
    undo: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What an applied import made and what it changed from, sealed; empty when it was taken back."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = created()
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
