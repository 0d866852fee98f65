import pytest

from grader.authoring.directives import read
from grader.authoring.header import HeaderError, split


def test_a_header_is_split_from_magics_and_code():
    source = "%%time\n\n#| exercise: one\n#| checks:\n#|   - x\nx = 1\n# | not a header"
    magics, header, body = split(source)
    assert magics == "%%time\n"
    assert header == "exercise: one\nchecks:\n  - x"
    assert body == "x = 1\n# | not a header"


def test_the_form_that_black_writes_is_read_too():
    _, header, _ = split("# | exercise: one\n# | checks:\n# |   - x\nx = 1")
    assert read(header).exercise == "one"


def test_a_cell_without_a_header():
    assert split("x = 1") == ("", "", "x = 1")


def test_short_and_long_checks():
    header = read(
        "exercise: one\n"
        "points: 2.5\n"
        "checks:\n"
        "  - w.grad\n"
        "  - expr: f(x, y)\n"
        "    hidden: true\n"
        "    given: |\n"
        "      x = 1\n"
        "  - recompute: w.sum()\n"
        "    of: w\n"
        "    compare: at_most\n"
        "    margin: 0.1\n"
    )
    plain, hidden, recomputed = (check.check() for check in header.checks)
    assert (plain.expression, plain.hidden, plain.is_call) == ("w.grad", False, False)
    assert (hidden.hidden, hidden.given, hidden.is_call) == (True, "x = 1\n", True)
    assert (recomputed.of, recomputed.margin) == (("w",), 0.1)
    assert recomputed.free_names == ("w",)


def test_a_title_is_one_text_or_one_for_each_language():
    header = read(
        "exercise: one\n"
        "checks:\n"
        "  - x\n"
        "  - expr: f(x)\n"
        "    public: true\n"
        "    title: On the data\n"
        "properties:\n"
        "  - x.min() >= 0\n"
        "  - property: losses[-1] < 1.2\n"
        "    title:\n"
        "      en: The loss falls\n"
        "      ru: Потери падают\n"
    )
    plain, titled = (check.check() for check in header.checks)
    assert (plain.title, plain.title_in("ru"), plain.public) == ({}, "", False)
    assert (titled.title, titled.title_in("ru"), titled.public) == (
        {"": "On the data"},
        "On the data",
        True,
    )
    short, long = (one.made() for one in header.properties)
    assert (short.expression, short.title_in("en")) == ("x.min() >= 0", "")
    assert (long.expression, long.title_in("ru")) == ("losses[-1] < 1.2", "Потери падают")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("hidden: true", "`hidden` keeps it from them"),
        ("constant: true", "it could be typed in"),
        ("given: y = 1", "draw them in given code"),
        ("compare: at_most", "state a `property`"),
        ("raises: ValueError\n    valid: x", "with `raises` there is none"),
        ("aspects:\n      - shape", "leaves out `values`"),
    ],
)
def test_an_expected_value_that_would_give_the_answer_away_is_not_made_public(said, why):
    with pytest.raises(HeaderError, match=f"`public` shows .*{why}") as caught:
        read(f"exercise: one\nchecks:\n  - expr: f(x)\n    {said}\n    public: true\n")
    assert caught.value.line == 5 + said.count("\n")


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("exercise: one\n  checks: [x", "not valid YAML"),
        ("- one", "key: value"),
        ("title: one", "no `exercise: name`"),
        ("exercise: one", "`checks`"),
        ("exercise: one\nchecks: []", "`checks`"),
        ("exercise: One Two\nchecks:\n  - x", "`exercise`"),
        ("exercise: one\nchecks:\n  - x\nlimits: 3", "`limits`: no such key; there are: exercise"),
        ("exercise: one\nchecks:\n  - exp: x", "`checks.1.exp`: no such key; there are: expr"),
        ("exercise: one\nchecks:\n  - x = 1", "not a Python expression"),
        ("exercise: one\nchecks:\n  - 3", "put `3` in quotes"),
        ("exercise: one\nchecks:\n  - x\nproperties:\n  - x <", "not a Python expression"),
        (
            "exercise: one\nchecks:\n  - x\nproperties:\n  - expr: x",
            "`properties.1.expr`: no such key; there are: property, title",
        ),
        ("exercise: one\nchecks:\n  - hidden: true", "either `expr`, `recompute` or `run`"),
        ("exercise: one\nchecks:\n  - recompute: x", "comes with `of`"),
        ("exercise: one\nchecks:\n  - expr: x\n    of: x", "and `of` with `recompute`"),
        ("exercise: one\nchecks:\n  - recompute: x\n    of: x-y", "is not a name"),
        ("exercise: one\nchecks:\n  - recompute: x\n    of: x\n    given: y = 1", "`given`"),
        ("exercise: one\nchecks:\n  - expr: x\n    margin: 1", "at_most"),
        ("exercise: one\nchecks:\n  - expr: x\n    given: 'x ='", "not Python code"),
        ("exercise: one\nchecks:\n  - expr: x\n    given: '%time x = 1'", "not Python code"),
        ("exercise: one\nchecks:\n  - expr: x\n    aspects:\n      - size", "aspects"),
        ("exercise: one\nchecks:\n  - recompute: x\n    of: x, y", "does not read `y`"),
        ("exercise: one\nchecks:\n  - f(x)\n  - expr: f(x)\n    given: x = 1", "two checks are"),
        ("exercise: one\npoints: 1\npoints: 2\nchecks:\n  - x", "`points` stands twice"),
        ("exercise: one\npoints: .inf\nchecks:\n  - x", "`points`"),
        ("exercise: one\npoints: 0\nchecks:\n  - x", "`points`"),
        ("exercise: one\nneeds: gpu\nchecks:\n  - x", "`needs`"),
    ],
)
def test_a_faulty_header_is_named_with_its_fix(header, problem):
    with pytest.raises(HeaderError, match=problem):
        read(header)


def test_a_mistake_and_an_alternative_have_headers_of_their_own():
    mistake = read('mistake: one\nname: no-bias\nhelp:\n  en: "Look."\n  ru: "Смотрите."')
    assert (mistake.mistake, mistake.name, set(mistake.help)) == ("one", "no-bias", {"en", "ru"})
    other = read("alternative: one\nname: einsum")
    assert (other.alternative, other.name) == ("one", "einsum")


def test_a_check_of_an_error_and_credit():
    header = read(
        "exercise: one\nbuilds_on:\n  - zero\ndraws: true\nown_gradient: true\nchecks:\n"
        "  - expr: f(bad)\n    raises: ValueError\n    valid: f(good)\n"
        "  - expr: x\n    exact_type: true\n    constant: true\n    points: 2\n"
        "    credit:\n      shape: 0.5\n"
    )
    raises, credit = (check.check() for check in header.checks)
    assert (raises.raises, raises.valid, raises.is_call) == ("ValueError", "f(good)", True)
    assert (credit.exact_type, credit.constant, credit.credit) == (True, True, {"shape": 0.5})
    assert (header.builds_on, header.draws, header.own_gradient) == (["zero"], True, True)


CHECKS = "exercise: one\nchecks:\n  - expr: x\n    "


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        (CHECKS + "raises: ValueError", "comes with `valid`"),
        (CHECKS + "valid: f(x)", "comes with `valid`"),
        (CHECKS + "credit:\n      grad: 1", "`credit` is for `grad`, which"),
        (CHECKS + "credit:\n      shape: 2", "more than the `points`"),
        (CHECKS + "credit:\n      colour: 1", "colour"),
        (
            CHECKS + "aspects:\n      - shape\n      - size",
            "no such aspect; there are: type, shape",
        ),
        ("mistake: one\nname: a", "help"),
        ("mistake: one\nhelp: x\nname: A b", "name"),
        ("mistake: one\nalternative: one\nname: a", "a cell is either"),
        ("alternative: one\nname: a\npoints: 2", "no such key; there are: alternative, name"),
    ],
)
def test_what_a_header_may_not_say(header, problem):
    with pytest.raises(HeaderError, match=problem):
        read(header)
