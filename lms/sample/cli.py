"""`lms sample`: the fictional commune, to be tried and never mixed with real data."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cli.database import make_ready
from lms.cli.init import refuse_mixed
from lms.cli.serve import check_store, listen
from lms.cohorts.actions import printed_pin
from lms.cohorts.models import ClassSession, Enrolment
from lms.cohorts.pictures import spoken
from lms.core import clock
from lms.core.command import Context
from lms.core.keys import FILE, make_keys, save_keys
from lms.core.text import short_name
from lms.people.models import Commune, Person


@click.group(help="Xã mẫu (không có thật) để dùng thử.")
def sample() -> None:
    """Commands on the sample commune."""


@sample.command("create", help="Tạo xã mẫu; chạy lần nữa không thay đổi gì.")
@click.pass_obj
def create(context: Context) -> None:
    """Make the sample commune if this database holds none."""
    made = ensure(context)
    click.echo("Đã tạo xã mẫu." if made else "Xã mẫu đã có sẵn, không có gì thay đổi.")


@sample.command("serve", help="Tạo xã mẫu nếu chưa có, rồi chạy dịch vụ.")
@click.pass_obj
def serve(context: Context) -> None:
    """What `make run` calls."""
    ensure(context)
    check_store(context)
    click.echo(welcome(context))
    settings = context.settings
    context.close()
    listen(settings.host, settings.port, settings.workers, settings.threads)


def ensure(context: Context) -> bool:
    """Make the sample commune where there is none; True when it was made."""
    make_ready(context)
    refuse_mixed(context, sample=True)
    with context.database.read() as session:
        if session.scalar(select(Commune.id).where(Commune.is_sample)) is not None:
            return False
    if not (context.settings.keys / FILE).exists():
        save_keys(context.settings.keys, make_keys())
    click.echo("Đang tạo xã mẫu (khoảng 3.000 người không có thật, vài tháng lớp học) …")
    from lms.sample.create import SampleMaker

    SampleMaker(context, clock.today()).make()
    return True


def welcome(context: Context) -> str:
    """Addresses and sample sign-ins of the three roles."""
    from lms.sample.create import PASSWORD

    base = f"http://{context.settings.host}:{context.settings.port}"
    with context.database.read() as session:
        code, learner = _open_class(session, context)
    return "\n".join((
        "",
        f"Lớp Học Số đang chạy với DỮ LIỆU MẪU (xã An Phúc Khê không có thật): {base}",
        "",
        f"  Học viên     {base}/vao-lop   bấm “Dùng thử máy này”, mã lớp {code}, {learner}",
        f"  Giảng viên   {base}/dang-nhap   trang / {PASSWORD}",
        f"  Cán bộ xã    {base}/dang-nhap   oanh / {PASSWORD}",
        f"  Quản trị     {base}/dang-nhap   an / {PASSWORD}",
        f"  Tài liệu API {base}/api/docs",
        "",
        "Dừng: Ctrl+C",
    ))  # fmt: skip


def _open_class(session: Session, context: Context) -> tuple[str, str]:
    row = session.execute(
        select(ClassSession.code, Enrolment, Person.full_name)
        .join(Enrolment, (Enrolment.cohort_id == ClassSession.cohort_id)
              & (Enrolment.commune_id == ClassSession.commune_id))
        .join(Person, (Person.id == Enrolment.person_id) & (Person.commune_id == Enrolment.commune_id))
        .where(ClassSession.code.is_not(None), ClassSession.closed_at.is_(None),
               Enrolment.withdrawn_on.is_(None))
        .order_by(ClassSession.opened_at.desc(), Person.sort_key).limit(1)
    ).first()  # fmt: skip
    if row is None:
        return "–", "(lớp mẫu đã được đóng: giảng viên mở lại một buổi học)"
    learner: Enrolment = row[1]
    face = f"chọn “{short_name(row[2])}” ({spoken(learner.picture, learner.colour)})"
    return str(row[0]), f"{face}, PIN {printed_pin(context.keys, learner)}"
