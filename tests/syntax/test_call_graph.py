"""What helpers use, and with them whoever calls them."""

from grader.syntax.call_graph import CallGraph
from grader.syntax.uses import Body


def test_what_a_helper_uses_its_callers_use_too():
    graph = CallGraph(
        {
            0: {"inner": Body(uses={"torch.mean": "mean"})},
            1: {"outer": Body(reads={"inner"}), "other": Body()},
        }
    )
    assert graph.used_by("outer", 2) == {"torch.mean": "mean"}
    assert graph.used_by("other", 2) == {}
    assert graph.used_by("unknown", 2) == {}


def test_of_its_own_cell_nothing_is_said():
    graph = CallGraph({1: {"f": Body(uses={"torch.mean": "mean"})}})
    assert graph.used_by("f", 1) == {}
    assert graph.used_by("f", 2) == {"torch.mean": "mean"}


def test_a_name_means_the_nearest_before_else_the_first_below():
    graph = CallGraph(
        {
            1: {"f": Body(uses={"torch.sum": "sum"})},
            3: {"f": Body(uses={"torch.mean": "mean"})},
        }
    )
    assert graph.used_by("f", 0) == {"torch.sum": "sum"}
    assert graph.used_by("f", 2) == {"torch.sum": "sum"}
    assert graph.used_by("f", 4) == {"torch.mean": "mean"}


def test_helpers_that_call_each_other_come_to_an_end():
    graph = CallGraph(
        {0: {"f": Body(uses={"torch.sum": "sum"}, reads={"g"}), "g": Body(reads={"f"})}}
    )
    assert graph.used_by("g", 1) == graph.used_by("f", 1) == {"torch.sum": "sum"}
