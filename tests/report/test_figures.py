"""How figures are written."""

from hypothesis import example, given
from hypothesis import strategies as st

from transfer.report.figures import format_probability


def test_a_probability_has_three_decimals_and_more_beside_the_threshold():
    assert format_probability(0.98765, 0.5) == "0.988" and format_probability(0.5, 0.5) == "0.500"
    assert format_probability(0.4996, 0.5) == "0.4996" and format_probability(0.50004, 0.5) == "0.50004"


@given(st.integers(0, 10**7), st.integers(1, 99))
@example(4_999_999, 50)
def test_what_is_shown_lies_on_the_side_of_the_threshold_that_called_the_class(ten_millionths, hundredths):
    p, threshold = ten_millionths / 10**7, hundredths / 100
    assert (float(format_probability(p, threshold)) >= threshold) == (p >= threshold)
