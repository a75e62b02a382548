"""The order files are tried in: the dearest first, so that all lanes end at about the same time.

`--no-loadscope-reorder` has the lanes keep to it: by itself the distributor begins with the files
of most tests, and a long walk in a browser came last, in one lane, while the other stood idle.
"""

import pytest

DEAREST = (
    "tests/journeys/test_accessible.py",
    "tests/house/test_wrong_people.py",
    "tests/journeys/",
    "tests/launches/",
    "tests/public/",
    "tests/publishing/",
    "tests/messaging/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.nodeid))


def rank(name: str) -> int:
    """Where in `DEAREST` a test's file or folder stands; the others follow.

    >>> rank("tests/journeys/test_go.py::test_it"), rank("tests/web/test_today.py::test_it")
    (2, 7)
    """
    return next((n for n, begin in enumerate(DEAREST) if name.startswith(begin)), len(DEAREST))
