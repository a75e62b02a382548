"""Pictures of e-mails, for whoever reads them."""

import io

from PIL import Image

from muster.content.library import keeping
from muster.organisations.models import Member
from tests.conftest import NOON
from tests.public.conftest import Town, Visitor


def test_a_picture_is_shown_to_anybody_and_kept_by_their_browser(
    visitor: Visitor, town: Town, ada: Member
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    size = file.tell()
    kept = keeping.take_in(ada.organisation, file, size, "Teal", by=ada, at=NOON)
    twice = keeping.take_in(ada.organisation, file, size, "", by=ada, at=NOON)

    answer = visitor.get(keeping.address_of(kept))

    assert twice == kept
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(answer.body)).size == (40, 30)
