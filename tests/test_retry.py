import pytest

from grader.errors import Failed, KernelFailed, UsageError
from grader.retry import TRIES, retried


def failing(*errors):
    """Return work that fails with each of some errors, one a try, and then gives 1."""
    left = list(errors)

    def work():
        if left:
            raise left.pop(0)
        return 1

    return work


@pytest.mark.parametrize("error", [KernelFailed("gone"), OSError(24, "files"), MemoryError()])
def test_what_fails_on_the_graders_side_is_done_again(error):
    assert retried(failing(*[error] * (TRIES - 1))) == 1


def test_what_fails_each_time_says_why():
    with pytest.raises(KernelFailed, match="third"):
        retried(failing(*map(KernelFailed, ("first", "second", "third"))))
    with pytest.raises(Failed, match="too many files"):
        retried(failing(*[OSError(24, "too many files")] * TRIES))


def test_what_cannot_be_made_anew_is_a_try_that_fails():
    renewed = failing(KernelFailed("no template"))
    assert retried(failing(KernelFailed("gone")), renew=renewed) == 1
    with pytest.raises(KernelFailed, match="no template"):
        retried(failing(KernelFailed("gone")), renew=failing(*[KernelFailed("no template")] * 2))


def test_what_is_wrong_is_not_done_again():
    work = failing(UsageError("no such thing"))
    with pytest.raises(UsageError):
        retried(work)
    assert work() == 1
