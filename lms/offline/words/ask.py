"""Words of `js/ask/`: the same that the page /hoc/hoi says, and what only the tablet has to say."""

from lms.core.i18n import _


def words() -> dict[str, str]:
    """Name → sentence."""
    return {
        "title": _("Hỏi bài"),
        "please": _("Mời {who} hỏi"),
        "how": _("Gõ có dấu hay không dấu đều được. Câu hỏi không rời khỏi máy này."),
        "empty": _("Mời gõ điều muốn hỏi vào ô"),
        "example": _("Ví dụ: mất điện thoại thì làm sao?"),
        "ready": _("Hoặc bấm một câu có sẵn"),
        "ask": _("Hỏi"),
        "again": _("Hỏi câu khác"),
        "open": _("Mở bài này"),
        "from": _("Trong bài: {title}"),
        "beside": _("Bài khác cũng nói tới"),
        "near": _("Mấy bài gần nhất, có thể không đúng ý"),
        "none": _("Tôi chưa có bài về việc này."),
        "teacher": _("Mời {who} hỏi thầy cô nhé."),
        "part": _("Máy chưa tải đủ các bài, nên chỉ tìm trong những bài đang có."),
        "calm": _("Bình tĩnh, việc này có cách làm."),
        "calm-only": _("Bình tĩnh."),
        "call": _("Gọi thầy cô hoặc người nhà ngay bây giờ."),
    }
