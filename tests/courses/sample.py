"""A whole small programme as files, to be spoilt one line at a time."""

PROGRAMME = """\
format: 1
code: thu
title: Chương trình thử
summary: Chương trình nhỏ để thử.
group: residents
address: cô chú
edition: "2026.11"
framework: {code: khung-co-ban, version: "1.0"}
levels:
  - {code: basic, title: Cơ bản, hours: 6}
skills:
  - {code: qr, title: Quét mã}
  - {code: otp, title: Giữ mã OTP}
modules: [mot]
blueprints:
  - kind: certifying
    level: basic
    rows:
      - {skill: qr, count: 1}
      - {skill: otp, count: 1}
pass_rules:
  - level: basic
    share: 75
    must_pass: [{skill: otp, share: 60}]
    required_tasks: [quet-ma]
"""
MODULE = "title: Một\nsummary: Học phần một.\nlessons: [bai]\n"
LESSON = """\
---
title: Bài một
minutes: 8
skills: [qr, otp]
sources: [kinh nghiệm lớp học]
reviewed_on: 2026-11-21
take_home: [Xem tên người nhận.]
---
# Màn một

![Một chiếc điện thoại](phone.svg)

Xin chào **cô chú**.

---

# Màn hai

Mình thử nhé.

{practice: luyen}
"""
ITEMS = """\
level: basic
skill: qr
difficulty: 1
reviewed_on: 2026-11-21
source: kinh nghiệm lớp học
items:
  - id: thi
    certifying: true
    prompt: Trước khi trả tiền, xem gì?
    options:
      - right: Tên người nhận
      - wrong: Màu của mã
      - wrong: Giờ trong ngày
    explanation: Tên phải đúng.
  - id: luyen
    prompt: Nhận tiền có cần quét mã không?
    options:
      - right: Không cần quét
      - wrong: Cần quét mã
      - wrong: Cần đọc OTP
    explanation: Chỉ đưa mã của mình.
  - id: thi-otp
    kind: multiple
    skill: otp
    certifying: true
    prompt: Chọn HAI việc đúng với mã OTP.
    options:
      - right: Giữ cho riêng mình
      - right: Chỉ dùng một lần
      - wrong: Đọc cho ngân hàng
      - wrong: Viết lên thẻ
    explanation: OTP chỉ mình mình biết.
"""
TASK = """\
title: Quét mã
level: basic
skill: qr
prompt: Mời cô chú quét mã.
prepare: Chuẩn bị mã của lớp.
steps:
  - text: Mở ứng dụng
  - {text: Xem tên, must: false}
source: kinh nghiệm lớp học
reviewed_on: 2026-11-21
"""
DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" color="#1b2628">
<path d="M0 0h4" stroke="currentColor" fill="#157a80"/></svg>
"""
FILES = {
    "programme.yaml": PROGRAMME,
    "modules/mot/module.yaml": MODULE,
    "modules/mot/bai.md": LESSON,
    "items/cau-hoi.yaml": ITEMS,
    "tasks/quet-ma.yaml": TASK,
    "media/phone.svg": DRAWING,
}


def files(**changed: str) -> dict[str, bytes]:
    """The sample's files; `changed` replaces whole files, with `__` for `/` and `_dot_` for `.`."""
    told = {name.replace("__", "/").replace("_dot_", "."): text for name, text in changed.items()}
    return {name: text.encode() for name, text in (FILES | told).items()}


def spoilt(file: str, old: str, new: str) -> dict[str, bytes]:
    """The sample's files with one place changed."""
    assert old in FILES[file]
    return {name: text.encode() for name, text in FILES.items()} | {
        file: FILES[file].replace(old, new, 1).encode()
    }
