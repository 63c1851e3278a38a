"""text: numbers, places and tables."""

from html.parser import HTMLParser

import pytest

from nnkit.text import html_table, number, place, text_table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (1 / 3, "0.333333"),
        (-2 / 3, "-0.666667"),
        (1234567.0, "1.23457e+06"),
        (1e-9, "1e-09"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_number_has_six_digits_and_no_minus_zero(value, text):
    assert number(value) == text


@pytest.mark.parametrize(("index", "text"), [((), ""), ((2,), "[2]"), ((0, 2), "[0,2]"), ([1, 2, 3], "[1,2,3]")])
def test_place_is_as_it_is_typed(index, text):
    assert place(index) == text


def test_text_table_aligns_the_first_column_left_and_the_others_right():
    assert text_table([["a", "1"], ["bc", "10.50"]], ["name", "value"]).splitlines() == [
        "name      value",
        "------  -------",
        "a             1",
        "bc        10.50",
    ]


def test_text_table_leaves_cells_as_they_are():
    assert "007" in text_table([["007", "1e3"]], ["x", "y"])
    assert "1e3" in text_table([["007", "1e3"]], ["x", "y"])


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def test_html_table_holds_caption_headers_cells_and_footer_escaped():
    reader = _Reader()
    reader.feed(html_table("a < b", [["r&d", "1"], ["x", "<2>"]], ["name\nsymbol", "value"], footer="sum > 1"))
    assert reader.texts == ["a < b", "name", "symbol", "value", "r&d", "1", "x", "<2>", "sum > 1"]
    scopes = [attributes.get("scope") for tag, attributes in reader.tags if tag == "th"]
    assert scopes == ["col", "col", "row", "row"]
    assert [tag for tag, _ in reader.tags].count("br") == 1


def test_html_table_without_a_footer_has_no_paragraph():
    assert "<p>" not in html_table("caption", [["a"]], ["b"])
