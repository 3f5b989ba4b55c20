"""Rule 16 and F-60: nothing leaves on an unusual day before a person says so."""

from __future__ import annotations

import pytest

from acquit.core.volume import unusual


@pytest.mark.parametrize(
    ("planned", "usual", "limit", "expected"),
    [
        (900, [40, 38, 42], None, True),
        (120, [40, 40, 40], None, False),
        (121, [40, 40, 40], None, True),
        (50, [40, 40, 40], 45, True),
        (45, [40, 40, 40], 45, False),
        (900, [], None, False),
        (900, [], 500, True),
        (900, [0, 0], None, False),
        (121, [40, 0, 0, 0, 40], None, True),
        (119, [40, 0, 0, 0, 40], None, False),
        (121, [40, 40, 900, 40], None, True),
        (10, [1, 1], None, False),
        (11, [1, 1], None, True),
        (0, [40], 0, False),
        (1, [40], 0, True),
    ],
)
def test_f60_three_times_the_usual_day_or_above_the_limit(
    planned: int, usual: list[int], limit: int | None, expected: bool
) -> None:
    assert unusual(planned, usual, limit) is expected
