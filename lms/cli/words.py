"""Click's own words in Vietnamese: usage, headings, and what is wrong with an argument.

Click asks gettext for every sentence it prints and ships no languages; we answer in its place.
Sentences that are not listed here stay as they are.
"""

from types import ModuleType

import click

WORDS = {
    "Usage:": "Cách dùng:",
    "Options": "Tùy chọn",
    "Commands": "Lệnh",
    "Positional arguments": "Tham số",
    "Show this message and exit.": "In trợ giúp này rồi thoát.",
    "required": "bắt buộc",
    "default: {default}": "mặc định: {default}",
    "Aborted!": "Đã dừng, chưa làm gì thêm.",
    "Missing command.": "Thiếu tên lệnh.",
    "Got unexpected extra argument ({args})": "Thừa tham số ({args})",
    "Got unexpected extra arguments ({args})": "Thừa tham số ({args})",
    "Did you mean {possibility}?": "Có phải bạn muốn ghi {possibility}?",
    "(Did you mean one of: {possibilities}?)": "(Có phải bạn muốn ghi: {possibilities}?)",
    "Error: {message}": "Lỗi: {message}",
    "Error: invalid input": "Lỗi: chưa hiểu câu trả lời",
    "Try '{command} {option}' for help.": "Xem trợ giúp: {command} {option}",
    "Invalid value: {message}": "Giá trị chưa đúng: {message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} chưa đúng: {message}",
    "Missing argument": "Thiếu tham số",
    "Missing option": "Thiếu tùy chọn",
    "Missing parameter": "Thiếu tham số",
    "Choose from:\n\t{choices}": "Hãy chọn một trong:\n\t{choices}",
    "No such option {name!r}.": "Không có tùy chọn {name!r}.",
    "No such command {name!r}.": "Không có lệnh {name!r}.",
    "Could not open file {filename!r}: {message}": "Không mở được tệp {filename!r}: {message}",
    "Option {name!r} does not take a value.": "Tùy chọn {name!r} không kèm giá trị.",
    "Option {name!r} requires an argument.": "Tùy chọn {name!r} cần một giá trị.",
    "Option {name!r} requires {nargs} arguments.": "Tùy chọn {name!r} cần {nargs} giá trị.",
    "{value!r} is not {choice}.": "{value!r} không phải {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} không nằm trong: {choices}.",
    "{value!r} does not match the format {format}.": "{value!r} không viết theo dạng {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} không viết theo dạng nào: {formats}.",
    "{value!r} is not a valid {number_type}.": "{value!r} không phải số hợp lệ.",
    "{value} is not in the range {range}.": "{value} nằm ngoài khoảng {range}.",
    "{name} {filename!r} does not exist.": "không thấy {filename!r}.",
    "{name} {filename!r} is a file.": "{filename!r} là tệp, cần một thư mục.",
    "{name} {filename!r} is a directory.": "{filename!r} là thư mục, cần một tệp.",
    "{name} {filename!r} is not readable.": "không đọc được {filename!r}.",
    "{name} {filename!r} is not writable.": "không ghi được {filename!r}.",
}


def _word(text: str) -> str:
    return WORDS.get(text, text)


def _words(one: str, many: str, n: int) -> str:
    return _word(one if n == 1 else many)


def speak_vietnamese() -> None:
    """Answer click's `_` and `ngettext` from the list; doing it twice is doing it once."""
    for module in vars(click).values():
        if isinstance(module, ModuleType):
            for name, answer in (("_", _word), ("ngettext", _words)):
                if hasattr(module, name):
                    setattr(module, name, answer)
