"""`lms doctor`: what is well and what is not, in Vietnamese, with what to do."""

import os
import shutil
import stat
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import func, select

from certificates import sealing_files
from lms.cli import resealing
from lms.cli.recovery_sheet import NAME as SHEET
from lms.cohorts import late_tablets
from lms.core import audit, backup_record, clock, migrate
from lms.core.backup_record import instant
from lms.core.command import Context
from lms.core.db import SAFE_SQLITE, sqlite_module
from lms.core.errors import Refusal
from lms.core.fonts import font_file
from lms.core.keys import FILE
from lms.core.replica import Replica
from lms.core.text import day, hour, number
from lms.ledger import generation
from lms.ledger.models import Batch, ProjectionFault, Quarantined
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune
from lms.people.passwords import matches as fits

MOST_PASSWORDS = 100
"""Accounts whose password is tried, the oldest first: each try takes 15 ms on purpose."""

Finding = tuple[bool, str]
"""(well?, sentence)."""


@click.command(help="Kiểm tra máy chủ và nói cần làm gì.")
@click.pass_obj
def doctor(context: Context) -> None:
    """Run every check; exit code 1 when one is not well."""
    findings = [_finding(check, context) for check in CHECKS]
    for well, sentence in findings:
        click.secho(f"{'✔' if well else '✘'} {sentence}", fg="green" if well else "red")
    if not all(well for well, _ in findings):
        raise SystemExit(1)


def _finding(check: Callable[[Context], Finding], context: Context) -> Finding:
    try:
        return check(context)
    except (click.ClickException, Refusal) as error:
        return False, error.message
    except Exception as error:
        return False, f"{check.__doc__} Không kiểm tra được: {error}"


def _python(_context: Context) -> Finding:
    """Python."""
    return sys.version_info >= (3, 11), f"Python {sys.version.split()[0]} (cần từ 3.11)."


def _sqlite(context: Context) -> Finding:
    """SQLite."""
    version = sqlite_module().sqlite_version
    safe = tuple(int(part) for part in version.split(".")) >= SAFE_SQLITE
    if not context.settings.is_sqlite:
        return True, "Dùng PostgreSQL."
    advice = "" if safe else ": bản cũ, chỉ dùng một kết nối để an toàn; nên cài pysqlite3"
    return True, f"SQLite {version}{advice}."


def _keys(context: Context) -> Finding:
    """Khóa."""
    path = context.settings.keys / FILE
    kid = context.keys.kid
    if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) != 0o600:
        return False, f"Tệp khóa {kid}: người khác đọc được, hãy chạy chmod 600 {path}."
    sheet = context.settings.data_dir / SHEET
    advice = f" Phiếu khôi phục còn nằm trên máy: in ra, cất tủ khóa, rồi xóa {sheet}."
    return True, f"Tệp khóa {kid}.{advice if sheet.exists() else ''}"


def _resealed(context: Context) -> Finding:
    """Niêm phong."""
    left = resealing.waiting(context.database, context.keys)
    if left or context.keys.changing:
        return False, f"Còn {left} ô niêm phong bằng khóa cũ: hãy chạy 'lms keys reseal'."
    return True, "Mọi số định danh được niêm phong bằng bộ khóa đang dùng."


def _address(context: Context) -> Finding:
    """Địa chỉ."""
    it = context.settings
    public, local = it.public_url, it.host in ("127.0.0.1", "::1", "localhost")
    if it.https and not it.trusted_proxies:
        return False, (
            "LMS_HTTPS=1 mà LMS_TRUSTED_PROXIES=0: mọi người khách chung một địa chỉ, giới hạn số lần thử sẽ "
            "khóa cả xã. Hãy đặt số máy chủ trung gian đứng trước."
        )
    if public.startswith("https://") and not it.https:
        return False, "Địa chỉ công khai là https mà LMS_HTTPS chưa bật: hãy đặt LMS_HTTPS=1."
    if it.trusted_proxies and not local and not it.https:
        return (
            False,
            "Tin máy chủ trung gian mà không có https: hãy đặt LMS_HTTPS=1 hoặc LMS_HOST=127.0.0.1.",
        )
    if not it.https and not local:
        return True, "Không có https: chỉ dùng trong mạng riêng của một phòng."
    return True, f"Nghe tại {it.host}, {'có https' if it.https else 'chỉ trong máy này'}."


def _sample_passwords(context: Context) -> Finding:
    """Mật khẩu mẫu."""
    with context.database.read() as session:
        real = select(RoleGrant.account_id).join(Commune, Commune.id == RoleGrant.commune_id)
        rows = session.execute(
            select(Account.login, Account.password_hash)
            .where(Account.password_hash.is_not(None), Account.disabled_at.is_(None))
            .where(Account.id.in_(real.where(Commune.is_sample.is_(False))))
            .order_by(Account.created_at)
            .limit(MOST_PASSWORDS)
        ).all()
    # The sample's maker imports commands itself: at the top of the file this would be a circle.
    from lms.sample.create import PASSWORD

    weak = [login for login, kept in rows if fits(PASSWORD, kept)]
    if weak:
        return False, f"Tài khoản dùng mật khẩu của dữ liệu mẫu: {', '.join(weak)}. Hãy đổi ngay."
    return True, "Không tài khoản nào dùng mật khẩu của dữ liệu mẫu."


def _schema(context: Context) -> Finding:
    """Cấu trúc dữ liệu."""
    at = migrate.current(context.database.engine)
    well = at == migrate.head()
    return well, f"Cấu trúc dữ liệu {at}" + ("." if well else ": hãy chạy 'lms db upgrade'.")


def _generation(context: Context) -> Finding:
    """Thế hệ kho."""
    generation.check(context.database, context.settings)
    return True, "Kho sự kiện đúng thế hệ, không bị chép lùi."


def _projector(context: Context) -> Finding:
    """Bộ ghi kết quả."""
    with context.database.read() as session:
        late = clock.now() - timedelta(minutes=5)
        waiting = session.scalar(
            select(func.count())
            .select_from(Batch)
            .where(Batch.projected_at.is_(None), Batch.received_at < late)
        )
        faults = session.scalar(select(func.count()).select_from(ProjectionFault))
    well = not waiting and not faults
    advice = "" if well else ": hãy chạy 'lms ledger project', rồi báo người phát triển nếu vẫn còn"
    return well, f"Sự kiện chờ xử lý quá 5 phút: {waiting} lô; lỗi xử lý: {faults}{advice}."


def _quarantine(context: Context) -> Finding:
    """Cách ly."""
    with context.database.read() as session:
        held = (
            select(func.count()).select_from(Quarantined).where(Quarantined.released_at.is_(None))
        )
        total = session.scalar(held)
        conflicts = session.scalar(held.where(Quarantined.reason == "conflict"))
    return (
        not conflicts,
        f"Sự kiện để riêng chờ xem: {total}, trong đó trùng mã khác nội dung: {conflicts}.",
    )


def _audit(context: Context) -> Finding:
    """Nhật ký."""
    with context.database.read() as session:
        communes = session.scalars(select(Commune.id)).all()
        faults = [fault for commune in communes for fault in audit.verify(session, commune)]
    return not faults, "Nhật ký nguyên vẹn." if not faults else f"Nhật ký bị sửa: {faults[0]}"


def _disk(context: Context) -> Finding:
    """Đĩa."""
    context.settings.data_dir.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(context.settings.data_dir)
    free, share = disk.free // 2**20, disk.free * 100 // disk.total
    well = free > 1024 and (share >= 10 or free > 20_000)
    return well, f"Đĩa còn trống {number(free)} MB ({share}%)" + (
        "." if well else ": hãy dọn bớt, cần trên 1.024 MB và 10%."
    )


def _backups(context: Context) -> Finding:
    """Sao lưu."""
    with context.database.read() as session:
        if session.scalar(select(func.count()).select_from(Commune).where(Commune.is_sample)):
            return True, "Dữ liệu mẫu, không cần sao lưu."
    record = backup_record.read(context.settings)
    made = instant(record.made_at)
    # A server runs day and night; a laptop may lie in a cupboard between two classes.
    most = timedelta(days=7) if context.settings.is_sqlite else timedelta(hours=26)
    if made is None or clock.now() - made > most:
        since = f"từ {hour(made)} {day(made)}" if made else "lần nào"
        return False, f"Chưa sao lưu {since}: hãy chạy 'lms backup --rotate' mỗi ngày."
    if not Path(record.file).exists():
        return (
            True,
            f"Sao lưu lúc {hour(made)} {day(made)}; tệp đã được đem đi khỏi {record.file}.",
        )
    advice = "" if record.second_at else " Nên thêm --also để có bản thứ hai ở ổ khác."
    return True, f"Sao lưu lúc {hour(made)} {day(made)}.{advice}"


def _drill(context: Context) -> Finding:
    """Diễn tập khôi phục."""
    record = backup_record.read(context.settings)
    tried = instant(record.drill_at)
    if tried is None:
        return True, "Chưa diễn tập khôi phục lần nào: nên chạy 'lms backup drill' mỗi tháng."
    if not record.drill_well:
        return False, f"Lần diễn tập khôi phục {day(tried)} không đạt: {record.drill_said}"
    late = clock.now() - tried > timedelta(days=92)
    advice = ": đã lâu, nên chạy lại 'lms backup drill'" if late else ""
    return True, f"Diễn tập khôi phục {day(tried)} đạt{advice}."


def _replica(context: Context) -> Finding:
    """Báo cáo."""
    second = Replica.of(context.settings, context.database)
    if second is None:
        return True, "Báo cáo đọc ở cơ sở dữ liệu chính."
    well = second.is_close()
    second.database.close()
    return well, (
        "PostgreSQL cho báo cáo theo kịp máy chính."
        if well
        else "PostgreSQL cho báo cáo tụt lại hoặc không trả lời, báo cáo đang đọc ở máy chính: "
        "hãy xem pg_stat_replication."
    )


def _tablets(context: Context) -> Finding:
    """Máy tính bảng."""
    late = late_tablets.count(context.database)
    if late:
        return False, (
            f"{late} máy tính bảng giữ bài chưa gửi và im lặng quá hai ngày: hãy xem trang Máy tính "
            "bảng (/may), đem máy về nơi có mạng."
        )
    return True, "Không máy tính bảng nào giữ bài chưa gửi quá hai ngày."


def _seal(context: Context) -> Finding:
    """Dấu số."""
    with context.database.read() as session:
        codes = session.scalars(select(Commune.short_code).order_by(Commune.short_code)).all()
    seals = [sealing_files.health(context.settings.keys, code, context.keys) for code in codes]
    told = [one for one in seals if one is not None]
    if not told:
        return True, "Không dùng dấu số cho giấy chứng nhận."
    return all(well for well, _ in told), " ".join(sentence for _, sentence in told)


def _fonts(_context: Context) -> Finding:
    """Phông chữ."""
    font_file("font_source_sans_pro", "SourceSansPro-Regular.ttf")
    font_file("font_source_serif_pro", "SourceSerifPro-Regular.ttf")
    return True, "Có đủ phông chữ tiếng Việt cho giấy tờ in."


CHECKS = (
    _python, _sqlite, _keys, _resealed, _address, _sample_passwords, _schema, _generation,
    _projector, _quarantine, _audit, _disk, _backups, _drill, _replica, _tablets, _seal,
    _fonts,
)  # fmt: skip
