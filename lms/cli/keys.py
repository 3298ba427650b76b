"""`lms keys`: put the keys back from the printed recovery sheet."""

import json

import click

from lms.core.command import Context
from lms.core.keys import from_text, save_keys


@click.group(help="Khóa bí mật của xã.")
def keys() -> None:
    """Commands on the key file."""


@keys.command("restore", help="Tạo lại tệp khóa từ dòng chữ (hoặc mã QR) trên phiếu khôi phục.")
@click.pass_obj
def restore(context: Context) -> None:
    """Reads one line of JSON, so that nothing secret stands in the shell's history."""
    line = click.prompt("Dán nội dung mã QR trên phiếu khôi phục", hide_input=True)
    try:
        restored = from_text(json.loads(line))
        path = save_keys(context.settings.keys, restored)
    except FileExistsError as error:
        raise click.ClickException(
            "Đã có tệp khóa. Hãy chuyển tệp cũ đi nơi khác rồi chạy lại."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException("Nội dung chưa đúng. Hãy chép đủ cả dòng trên phiếu.") from error
    click.echo(f"Đã tạo lại tệp khóa {path} (bộ khóa {restored.kid}).")
