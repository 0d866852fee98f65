from xml.etree import ElementTree

from grader.reporting import maps


def drawn(*rows, title="x"):
    return ElementTree.fromstring(str(maps.places(rows, title)))


def test_what_differs_has_a_cross_and_its_place():
    root = drawn("..x", "x..")
    assert [one.get("class") for one in root.iter("rect")] == [
        *("same", "same", "differs"),
        *("differs", "same", "same"),
    ]
    assert len(list(root.iter("path"))) == 2
    assert [one.text for one in root.iter("text")] == ["0", "2", "0", "1"]
    crossed = [one for one in root.iter("rect") if one.get("class") == "differs"]
    assert [one.get("x") for one in crossed] == [f"{maps.LEFT + 2 * maps.SIZE}", f"{maps.LEFT}"]


def test_the_title_is_text():
    assert drawn("x.", title="<script>").find("title").text == "<script>"
