"""A programme with every kind of question in every bank, as an author would write it."""

from courses.loader import LoadedProgramme, load_files

BANKS = ("practice", "certifying", "measuring")
KIND_NAMES = ("single", "multiple", "order", "match", "spot", "number", "simulation")

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200" color="#1b2628">
<rect x="10" y="10" width="300" height="180" fill="#ffffff" stroke="currentColor" stroke-width="4"/>
</svg>"""

PROGRAMME = """
format: 1
code: moi-kieu
title: Mỗi kiểu một câu
summary: Chương trình thử có đủ các kiểu câu.
group: residents
address: cô chú
edition: "1"
framework: {code: khung-co-ban, version: "1.0"}
levels: [{code: basic, title: Cơ bản, hours: 4}]
skills: [{code: chung, title: Kỹ năng chung}]
modules: [mot]
blueprints:
  - {kind: practice, level: basic, rows: [{skill: chung, count: 7}]}
  - {kind: certifying, level: basic, rows: [{skill: chung, count: 7}]}
  - {kind: entry, level: basic, rows: [{skill: chung, count: 7}], tasks: [goi-video]}
  - {kind: exit, level: basic, rows: [{skill: chung, count: 7}], tasks: [goi-video]}
  - {kind: after30, level: basic, rows: [{skill: chung, count: 7}]}
pass_rules:
  - {level: basic, share: 70, required_tasks: [goi-video], accommodations: [oral]}
"""

MODULE = "title: Học phần một\nsummary: Thử.\nlessons: [bai]\n"

LESSON = """---
title: Bài thử
minutes: 10
skills: [chung]
sources: [kinh nghiệm lớp học]
reviewed_on: 2026-11-01
take_home: [Nhìn kỹ rồi mới bấm.]
---
"""

SCREEN = "# Thử một câu {kind}\n\nMời cô chú thử.\n\n{{practice: {kind}-practice-1}}\n"

TASK = """
title: Gọi video
level: basic
skill: chung
prompt: Mời cô chú gọi video cho người nhà.
prepare: Chuẩn bị máy.
steps:
  - text: Mở ứng dụng
  - text: Bấm gọi
source: kinh nghiệm lớp học
reviewed_on: 2026-11-01
"""

ITEMS = """
skill: chung
level: basic
difficulty: 1
source: kinh nghiệm lớp học
reviewed_on: 2026-11-01
{bank}
items:
  - id: single-{name}
    prompt: Mã OTP dùng để làm gì? ({name})
    options: [{{right: Xác nhận giao dịch}}, {{wrong: Nạp tiền}}, {{wrong: Giảm giá}}, {{wrong: Mở khóa máy}}]
    hints: [Nghĩ đến lúc chuyển tiền.]
    explanation: Mã OTP xác nhận giao dịch nên không đưa cho ai.
  - id: multiple-{name}
    kind: multiple
    prompt: Chọn HAI việc nên làm khi có cuộc gọi lạ đòi tiền. ({name})
    options: [{{right: Cúp máy}}, {{right: Hỏi người nhà}}, {{wrong: Chuyển tiền ngay}}, {{wrong: Đọc mã OTP}}]
    hints: [Bình tĩnh đã.]
    explanation: Cúp máy rồi hỏi người nhà.
  - id: order-{name}
    kind: order
    prompt: Trả tiền bằng mã QR, việc nào trước, việc nào sau? ({name})
    sequence: [Quét mã QR, Nhập số tiền, Xem tên người nhận, Xác nhận]
    hints: [Phải quét trước đã.]
    explanation: Xem tên người nhận rồi mới xác nhận.
  - id: match-{name}
    kind: match
    prompt: Việc nào dùng ứng dụng nào? ({name})
    pairs:
      - {{left: Giấy tờ của mình, right: VNeID}}
      - {{left: Chuyển tiền, right: Ứng dụng ngân hàng}}
      - {{left: Gọi video, right: Ứng dụng nhắn tin}}
    decoys: [Máy tính bỏ túi]
    hints: [Giấy tờ nằm ở VNeID.]
    explanation: Mỗi việc có một ứng dụng riêng.
  - id: spot-{name}
    kind: spot
    prompt: Bấm vào HAI chỗ đáng ngờ trên hình. ({name})
    illustration: {{media: man-hinh.svg, alt: Màn hình điện thoại có một tin nhắn}}
    spots:
      - {{harmless: Giờ nhận tin, at: [1, 1, 4, 3]}}
      - {{danger: Đường dẫn lạ trong tin, at: [6, 1, 5, 3]}}
      - {{danger: Lời giục chuyển tiền ngay, at: [1, 5, 6, 3]}}
      - {{harmless: Nút quay lại, at: [9, 5, 4, 3]}}
      - {{harmless: Tên người nhận tin, at: [12, 1, 5, 3]}}
    hints: [Ai giục mình thì phải ngờ.]
    explanation: Đường dẫn lạ và lời giục là hai dấu hiệu lừa đảo.
  - id: number-{name}
    kind: number
    prompt: Rau 15.000 đồng, cá 30.000 đồng. Phải trả bao nhiêu? ({name})
    number: {{value: "45000", unit: đồng}}
    hints: [Cộng hai số.]
    explanation: 15.000 và 30.000 là 45.000 đồng.
  - id: simulation-{name}
    kind: simulation
    prompt: Trả cô Hoa 45.000 đồng bằng mã QR. ({name})
    hints: [Tìm nút quét mã.]
    explanation: Quét, nhập đúng số tiền, xem tên người nhận rồi mới xác nhận.
    simulation:
      start: trang-chu
      screens:
        - id: trang-chu
          title: Ngân hàng của tôi
          parts:
            - message: {{from: Số lạ, text: "Bác trúng thưởng, bấm vào đây"}}
            - row: {{id: tin-la, text: Mở tin nhắn trúng thưởng, to: mat-tien}}
            - button: {{id: quet, text: Quét mã QR, to: nhap}}
        - id: nhap
          title: Chuyển tiền
          parts:
            - text: "Người nhận: TRAN THI HOA"
            - field: {{id: so-tien, label: Số tiền, expects: ["45000"], number: true}}
            - button: {{id: tiep, text: Tiếp tục, to: xem-lai, needs: [so-tien]}}
            - button: {{id: ve, text: Quay lại, to: trang-chu}}
        - id: xem-lai
          title: Xem lại
          parts:
            - notice: Xem kỹ tên người nhận và số tiền.
            - button: {{id: xac-nhan, text: Xác nhận, to: xong}}
            - button: {{id: huy, text: Hủy, to: trang-chu}}
        - id: xong
          title: Đã chuyển tiền
          end: goal
          parts: [{{text: Cô Hoa đã nhận được tiền.}}]
        - id: mat-tien
          title: Tin giả
          end: trap
          parts: [{{text: "Ngoài đời, bấm vào đây là mất tiền."}}]
"""


def every_kind_files() -> dict[str, bytes]:
    """Path → bytes of the folder: two questions of every kind in each of the three banks."""
    screens = "---\n".join(SCREEN.format(kind=kind) for kind in KIND_NAMES)
    files = {
        "programme.yaml": PROGRAMME,
        "modules/mot/module.yaml": MODULE,
        "modules/mot/bai.md": LESSON + screens,
        "tasks/goi-video.yaml": TASK,
        "media/man-hinh.svg": PICTURE,
    }
    for bank in BANKS:
        flag = "" if bank == "practice" else f"{bank}: true"
        for number in (1, 2):
            name = f"{bank}-{number}"
            files[f"items/{name}.yaml"] = ITEMS.format(bank=flag, name=name)
    return {path: text.encode() for path, text in files.items()}


def every_kind() -> LoadedProgramme:
    """The programme `moi-kieu`: 42 questions, one lesson that practises each kind."""
    return load_files(every_kind_files())
