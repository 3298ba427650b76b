"""JSON of classes: the only place that knows its names. Learners appear by pseudonym."""

from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload

from lms.cohorts import rules
from lms.core.api import In, Out


class CohortOut(Out):
    """A class."""

    id = ma.fields.UUID()
    code = ma.fields.String()
    name = ma.fields.String()
    programme = ma.fields.String(attribute="programme_code")
    version_id = ma.fields.UUID()
    level = ma.fields.String(metadata={"description": "basic or proficient"})
    unit_id = ma.fields.UUID()
    place = ma.fields.String()
    starts_on = ma.fields.Date()
    ends_on = ma.fields.Date(allow_none=True)
    closed_at = ma.fields.AwareDateTime(allow_none=True)


class EnrolmentOut(Out):
    """A learner of a class; `id` is the pseudonym that every event carries."""

    id = ma.fields.UUID()
    person_id = ma.fields.UUID()
    picture = ma.fields.String()
    colour = ma.fields.String()
    enrolled_on = ma.fields.Date()
    withdrawn_on = ma.fields.Date(allow_none=True)


class LearnerSessionIn(In):
    """A learner signs in on the calling device: the picture and its PIN, or the card."""

    class_code = ma.fields.String(
        load_default=None,
        validate=ma.validate.Length(max=40),
        metadata={"description": "may be left out where the tablet stands in a class"},
    )
    enrolment_id = ma.fields.UUID(load_default=None)
    pin = ma.fields.String(load_default=None, validate=ma.validate.Length(equal=rules.PIN_LENGTH))
    card = ma.fields.String(
        load_default=None,
        validate=ma.validate.Length(max=40),
        metadata={"description": "ten digits; blanks and dots between them are fine"},
    )

    @ma.validates_schema
    def _one_secret(self, data: dict[str, Any], **_options: Any) -> None:
        if (data["pin"] is None) == (data["card"] is None):
            raise ma.ValidationError(
                "Hãy gửi mã số (pin) hoặc số thẻ (card), một trong hai.", "pin"
            )
        if data["pin"] is not None and data["enrolment_id"] is None:
            raise ma.ValidationError("Mã số cần đi cùng học viên đã chọn.", "enrolment_id")


class FaceOut(Out):
    """How a learner looks on a tablet: no full name, never a photograph."""

    name = ma.fields.String(metadata={"description": "given name and an initial: 'Lan N.'"})
    picture = ma.fields.String()
    colour = ma.fields.String()
    spoken = ma.fields.String(metadata={"description": "'Con gà, nền vàng'"})


class LearnerSessionOut(FaceOut):
    """Who is signed in; the session itself travels in the cookie `lms_learner`."""

    enrolment_id = ma.fields.UUID()
    class_session_id = ma.fields.UUID()


class TileOut(FaceOut):
    """A learner of the class that the tablet stands in."""

    id = ma.fields.UUID()
    locked = ma.fields.Boolean(metadata={"description": "five wrong tries: the trainer unlocks"})


class RosterOut(Out):
    """Everybody of the class, to tap one's own picture."""

    faces = ma.fields.List(ma.fields.Nested(TileOut))


class ClassCodeIn(In):
    """The code that stands on the board."""

    code = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=40))


class PhoneIn(In):
    """A learner's own phone joins an open class."""

    class_code = ma.fields.String(
        required=True, data_key="class", validate=ma.validate.Length(min=1, max=40),
        metadata={"description": "'<commune code>-<class code>', as the class's QR code says"},
    )  # fmt: skip
    card = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=40))


class HomeIn(In):
    """A one-time code binds the calling phone to its learner."""

    code = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=40))
    device_id = ma.fields.UUID(
        load_default=None,
        metadata={"description": "made by the phone, so that a repeat binds the same device again"},
    )


class PhotoIn(In):
    """A photo of a card, as multipart/form-data."""

    photo = Upload(required=True, metadata={"type": "string", "format": "binary"})


class CardOut(Out):
    """What the photo shows."""

    card = ma.fields.String(metadata={"description": "ten digits"})


class DeviceOut(Out):
    """The calling device. `kind`: tablet, phone (one learner, one meeting), home (one learner, practice)."""

    id = ma.fields.UUID()
    label = ma.fields.String()
    kind = ma.fields.String()


class CommuneOut(Out):
    """Whose device it is."""

    name = ma.fields.String()
    code = ma.fields.String()
    is_sample = ma.fields.Boolean()


class StandsInOut(Out):
    """The open meeting that the device stands in."""

    session = ma.fields.UUID()
    cohort = ma.fields.UUID()
    name = ma.fields.String()
    number = ma.fields.Integer()
    place = ma.fields.String()
    content = ma.fields.String(metadata={"description": "hash of the programme version"})
    level = ma.fields.String()
    sitting = ma.fields.Boolean(metadata={"description": "a proctored sitting is open"})


class SignedInOut(FaceOut):
    """Who is signed in on this device."""

    enrolment = ma.fields.UUID()
    how = ma.fields.String(metadata={"description": "pin, card or home"})


class KeptPackOut(Out):
    """The newest pack of the class the tablet stands in."""

    id = ma.fields.UUID()
    sha256 = ma.fields.String()
    bytes = ma.fields.Integer()
    valid_until = ma.fields.AwareDateTime()


class TabletOut(Out):
    """What a device is told of itself."""

    device = ma.fields.Nested(DeviceOut)
    commune = ma.fields.Nested(CommuneOut)
    server_time = ma.fields.Integer(metadata={"description": "milliseconds since 1970, UTC"})
    store_generation = ma.fields.UUID(allow_none=True)
    stands_in = ma.fields.Nested(StandsInOut, data_key="class", attribute="class", allow_none=True)
    learner = ma.fields.Nested(SignedInOut, allow_none=True)
    pack = ma.fields.Nested(KeptPackOut, allow_none=True)
    faces = ma.fields.List(
        ma.fields.Nested(TileOut), allow_none=True,
        metadata={"description": "everybody of the class that a tablet stands in, while nobody sits at it"},
    )  # fmt: skip
