import pytest

from transfer.classes import Classes


def test_two_classes_of_which_one_is_positive_are_binary_and_the_positive_one_has_target_1():
    assert Classes.of(["dogs", "cats"], "dogs") == Classes(("cats", "dogs"), "dogs")
    assert Classes.of(["cats", "dogs"], "cats") == Classes(("dogs", "cats"), "cats")
    assert Classes.of(["cats", "dogs"], "cats").binary


def test_two_classes_of_which_none_is_positive_are_not_binary():
    assert Classes.of(["dogs", "cats"]) == Classes(("cats", "dogs"))
    assert not Classes.of(["dogs", "cats"]).binary


def test_of_more_classes_none_is_positive():
    classes = Classes.of(["c", "a", "b"], "a")
    assert (classes.names, classes.positive, classes.binary, len(classes)) == (("a", "b", "c"), None, False, 3)


@pytest.mark.parametrize(
    ("names", "positive"),
    [(("a",), None), ((), None), (("a", "a"), None), (("a", "b"), "c"), (("a", "b"), "a"), (("a", "b", "c"), "c")],
)
def test_what_is_no_list_of_classes_is_refused(names, positive):
    with pytest.raises(ValueError, match="class"):
        Classes(names, positive)


def test_a_positive_class_that_is_none_of_two_is_refused():
    with pytest.raises(ValueError, match="'c' is not"):
        Classes.of(["a", "b"], "c")
