"""The language model beside the lessons: what it is given, and what of its words is shown."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from courses.asking.index import Passage
from courses.asking.lexicon import lexicon
from lms.assistant import model
from lms.assistant.model_rules import borne, masked
from lms.core.settings import Settings, SettingsError

OTP = Passage(
    "x/1", "Tin nhắn lạ và mã OTP", "", 3, "Mã OTP là chìa khóa",
    "Mã OTP là dãy số gửi về máy, dùng một lần. Kẻ gian có mã là có thể lấy tiền. Bác không đọc mã cho ai.",
)  # fmt: skip
LOST = Passage("x/2", "Mất máy", "", 1, "Mất điện thoại", "Báo nhà mạng khóa SIM. Báo ngân hàng.")
BORNE = "Bác không đọc mã cho ai [p1]."
CANARIES = ("Nguyễn", "Lan", "0912345678", "012345678901", "Cầu Mây", "lan@", "TBT")
QUESTION = (
    "Tôi là Nguyễn Thị Lan ở thôn Cầu Mây, số 0912345678, căn cước 012345678901, thư lan@xa.vn, mã TBT: "
    "có người hỏi mã OTP thì có đọc không?"
)


@contextmanager
def endpoint(answer: Callable[[], tuple[int, bytes]]) -> Iterator[tuple[str, list[str]]]:
    """A real server on this machine: its address, and all that it was sent."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            heard.append(f"{self.headers}{self.rfile.read(size).decode()}")
            status, body = answer()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/chat/completions", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(text: object) -> Callable[[], tuple[int, bytes]]:
    body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
    return lambda: (200, body)


def ask(address: str, **more: object) -> tuple[str, ...]:
    settings = Settings(assistant_url=address, **more)  # type: ignore[arg-type]  # Named by the test.
    return model.told(settings, QUESTION, [OTP, LOST])


@pytest.mark.pure
def test_the_model_gets_the_lessons_and_nothing_personal(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("khoa-bi-mat\n")
    with endpoint(saying(BORNE)) as (address, heard):
        told = ask(address, assistant_model="nho", assistant_key_file=key)
    assert told == ("Bác không đọc mã cho ai.",)
    assert len(heard) == 1
    assert "Authorization: Bearer khoa-bi-mat" in heard[0]
    sent = json.loads(heard[0][heard[0].index('{"') :])
    asked = sent["messages"][1]["content"].rpartition("Câu hỏi: ")[2]
    assert "hỏi mã otp thì có đọc không" in asked.lower().replace("… ", "")
    assert OTP.say in sent["messages"][1]["content"]
    assert not [canary for canary in CANARIES if canary.lower() in asked.lower()]


ANSWERS = [
    ("no passage is named", "Bác không đọc mã cho ai."),
    ("a passage that was not given", "Bác không đọc mã cho ai [p7]."),
    ("the other passage", "Bác không đọc mã cho ai [p2]."),
    ("the opposite", "Bác đọc mã cho ai [p1]."),
    ("one sentence is borne and one is not", f"{BORNE} Gọi số 1900 để được giúp [p1]."),
    ("a number that no lesson says", "Mã OTP dùng 3 lần [p1]."),
    ("it does not know", "KHÔNG BIẾT"),
    ("markup", "<script>alert(1)</script> [p1]"),
    ("nothing", ""),
    ("no text", None),
    ("too much", f"{BORNE} " * 40),
]


@pytest.mark.pure
@pytest.mark.parametrize("text", [x[1] for x in ANSWERS], ids=[x[0] for x in ANSWERS])
def test_what_no_passage_bears_is_not_shown(text: object) -> None:
    with endpoint(saying(text)) as (address, _heard):
        assert ask(address) == ()


CAREFUL = Passage(
    "a", "Giữ mã", "", 1, "Giữ mã an toàn",
    "Không đọc mã cho ai, không bấm đường dẫn lạ. Bà mở trang dịch vụ công rồi bấm nút nộp hồ sơ, chờ tin báo.",
)  # fmt: skip


@pytest.mark.pure
def test_a_telephone_number_in_words_stays_here() -> None:
    said = "Không đọc mã OTP thì gọi số không chín một hai ba bốn năm sáu bảy tám được không"
    asked = masked(said, [OTP, LOST], lexicon().bare).text
    assert not {"chín", "hai", "bốn", "bảy"} & set(asked.split())
    assert {"đọc", "mã", "không"} <= set(asked.split())


@pytest.mark.pure
def test_no_word_of_warning_is_turned_and_no_page_is_slipped_in() -> None:
    """Whoever answers at the endpoint may lie: the words alone are the lesson's."""
    lies = (
        "Đọc mã cho ai, không bấm đường dẫn lạ [p1].",
        "Không bấm mã cho ai, đọc đường dẫn lạ [p1].",
        "Bà mở trang evil.vn rồi bấm nút nộp hồ sơ, chờ tin báo [p1].",
        "Bà mở trang dịch vụ công a@b rồi bấm nút nộp hồ sơ, chờ tin báo [p1].",
    )
    assert [borne(one, [CAREFUL]) for one in lies] == [()] * len(lies)
    for true in ("Không đọc mã cho ai.", "Không đọc mã cho ai, không bấm đường dẫn lạ."):
        assert borne(true.replace(".", " [p1]."), [CAREFUL]) == (true,)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (200, b"no json"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"choices": []}'),
        (302, b"{}"),
    ],
)
def test_an_endpoint_in_trouble_leaves_the_lesson_to_speak(status: int, body: bytes) -> None:
    with endpoint(lambda: (status, body)) as (address, _heard):
        assert ask(address) == ()


@pytest.mark.pure
def test_an_endpoint_that_is_gone_leaves_the_lesson_to_speak() -> None:
    with endpoint(saying(BORNE)) as (address, _heard):
        pass
    assert ask(address) == ()


@pytest.mark.pure
def test_without_an_address_nothing_is_asked() -> None:
    assert model.told(Settings(), QUESTION, [OTP]) == ()


@pytest.mark.pure
def test_while_it_is_asked_others_do_not_wait_for_it() -> None:
    inside, go_on, told = threading.Event(), threading.Event(), []

    def slowly() -> tuple[int, bytes]:
        inside.set()
        go_on.wait(20)
        return saying(BORNE)()

    with endpoint(slowly) as (address, heard):
        first = threading.Thread(target=lambda: told.append(ask(address)))
        first.start()
        assert inside.wait(20)
        assert ask(address) == ()
        go_on.set()
        first.join()
    assert len(heard) == 1


@pytest.mark.pure
@pytest.mark.parametrize(
    "address", ["http://example.org/v1", "ftp://127.0.0.1/", "https://", "file:///etc/passwd", "x"]
)
def test_only_https_or_this_machine_is_taken_as_its_address(address: str) -> None:
    with pytest.raises(SettingsError, match="LMS_ASSISTANT_URL"):
        model.check(Settings(assistant_url=address))


@pytest.mark.pure
def test_a_key_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LMS_ASSISTANT_KEY_FILE"):
        model.check(
            Settings(assistant_url="https://a.example/v1", assistant_key_file=tmp_path / "none")
        )
    model.check(Settings(assistant_url="https://a.example/v1"))


@pytest.mark.pure
@pytest.mark.parametrize(
    "typed",
    [
        "nguyen thi lan mat dien thoai",
        "anh Hùng ở Đông Anh mất điện thoại",
        "a1b2c3 x@y.vn 12 34 56",
    ],
)
def test_names_and_numbers_never_leave(typed: str) -> None:
    left = masked(typed, [LOST], lexicon().bare).text
    assert not {"nguyen", "thi", "lan", "hùng", "đông", "a1b2c3", "y"} & set(left.split())
    assert not any(letter.isdigit() for letter in left)


@pytest.mark.pure
def test_a_sentence_over_two_of_a_passage_is_borne() -> None:
    assert borne("Báo nhà mạng khóa SIM, báo ngân hàng [p2].", [OTP, LOST])
