"""What the documents say holds in a container is what `grader doctor` says in one."""

import re

import pytest

from tests.image import levels
from tests.image.container import Condition, run

pytestmark = pytest.mark.image


@pytest.fixture(scope="module", autouse=True)
def _full_outside(root) -> None:
    """Skip where the machine itself forbids something: it would be missing in every row."""
    level = levels.measured(Condition(user=0), root)
    if level.isolation != "full":
        pytest.skip(f"the machine itself allows only {level}")


def documented(name: str) -> list[str]:
    text = levels.DOCUMENT.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", text, re.DOTALL)
    return found[1].splitlines()[2:]


@pytest.mark.parametrize("title", levels.ALONE)
def test_each_restriction_alone_costs_what_is_documented(title, root):
    rows = documented("alone")
    assert len(rows) == len(levels.ALONE)
    assert levels.alone_row(title, root) in rows


@pytest.mark.parametrize("one", levels.TOGETHER, ids=lambda one: f"{one.engine} {one.added}")
def test_each_engine_allows_what_is_documented(one, root):
    rows = documented("together")
    assert len(rows) == len(levels.TOGETHER)
    assert levels.together_row(one, root) in rows


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (levels.TOGETHER[0].condition, "it has to allow clone, clone3, mount"),
        (levels.ALONE["parts of `/proc` are masked"], "procMount: Unmasked"),
        (levels.ALONE["Podman's filter"], "refuses `sethostname`"),
        (levels.ALONE["no Landlock"], "Landlock is not in this kernel"),
        (Condition(user=0, capabilities=()), "or run as an ordinary user, who needs none"),
    ],
)
def test_the_doctor_says_what_is_in_the_way(condition, said, root):
    done = run(condition, root, ["grader", "doctor"])
    assert done.returncode == 1
    (line,) = (one for one in done.stdout.splitlines() if one.startswith("in the way "))
    assert said in line


def test_an_image_can_be_built_where_not_all_holds(root):
    restricted = levels.TOGETHER[0].condition
    assert run(restricted, root, ["grader", "doctor", "--isolation", "any"]).returncode == 0
