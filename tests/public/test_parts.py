"""The small parts of the public app, each by itself."""

import gzip
from datetime import timedelta

import pytest

from muster.lib.gzipped import Filled, zipped
from muster.lib.times import now
from muster.public import stamps
from muster.public.limits import Limit


@pytest.mark.parametrize("middle", [b"", b"x", b"new every time" * 400])
def test_a_filled_page_is_one_whole_gzip_member(middle: bytes) -> None:
    page = Filled(b"<html>" * 500, b"</html>" * 500)

    whole = page.around(middle)

    assert (
        gzip.decompress(whole) == page.plain(middle) == b"<html>" * 500 + middle + b"</html>" * 500
    )
    assert len(whole) < len(middle) + 200
    assert gzip.decompress(zipped(middle)) == middle


def test_a_stamp_keeps_its_number_and_its_time() -> None:
    at = now()

    stamp = stamps.read(stamps.fresh(at))

    assert abs(stamp.made_at - at) < timedelta(milliseconds=1)
    assert stamp.submission_by("a@example.org") == stamp.submission_by("a@example.org")
    assert stamp.submission_by("a@example.org") != stamp.submission_by("b@example.org")


@pytest.mark.parametrize("at", range(0, 50, 7))
def test_an_altered_stamp_is_none_of_ours(at: int) -> None:
    whole = stamps.fresh(now())
    altered = whole[:at] + ("A" if whole[at] != "A" else "B") + whole[at + 1 :]

    with pytest.raises(stamps.BadStamp):
        stamps.read(altered)


def test_a_bucket_empties_and_fills_again() -> None:
    at = [0.0]
    limit = Limit(burst=2, seconds=10, clock=lambda: at[0])

    assert [limit.wait("a"), limit.wait("a"), limit.wait("b")] == [0, 0, 0]
    assert limit.wait("a") == 10
    at[0] = 10
    assert limit.wait("a") == 0
