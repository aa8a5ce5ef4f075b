"""One message to one person, ready to be sent."""

from pydantic import Field

from models.base import Model
from models.message import Attachment

# No apostrophe, though RFC 5322 allows one: Apprise takes what stands before it for a name and would send to
# brien@example.com what was meant for o'brien@example.com. Comma, space and angle bracket would add recipients.
EMAIL_PATTERN = r"^[A-Za-z0-9_!#$&*/=?^`{|}~.+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"


class Message(Model):
    """`body_text` and `body_html` say the same; which of them a person sees depends on the service that carries it."""

    recipient_name: str
    recipient_email: str = Field(pattern=EMAIL_PATTERN, max_length=254)
    language: str
    title: str = Field(min_length=1)
    body_text: str = Field(min_length=1)
    body_html: str = Field(min_length=1)
    attachments: tuple[Attachment, ...] = ()
