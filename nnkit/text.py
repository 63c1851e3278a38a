"""Numbers and tables as text and as HTML, the same everywhere, so that stored outputs compare.

The HTML form is what a notebook shows; the text form is what `print`, a screen reader and a test read.
"""

from __future__ import annotations

from collections.abc import Sequence

Row = Sequence[str]


def number(value: float) -> str:
    """Six significant digits, and no -0."""
    return f"{value:.6g}" if value else "0"


def place(index: Sequence[int]) -> str:
    """An index as it is typed: (0, 2) is "[0,2]", () is ""."""
    return f"[{','.join(str(i) for i in index)}]" if index else ""


def text_table(rows: Sequence[Row], headers: Row) -> str:
    """A table in plain text; the first column is left aligned, the others right."""
    from tabulate import tabulate

    alignment = ("left", *["right"] * (len(headers) - 1))
    return tabulate(rows, headers=headers, tablefmt="simple", disable_numparse=True, colalign=alignment)


def html_table(caption: str, rows: Sequence[Row], headers: Row, footer: str = "") -> str:
    """The same table as HTML, with the caption above it and the footer below."""
    from html import escape

    head = "".join(f'<th scope="col">{escape(cell).replace(chr(10), "<br>")}</th>' for cell in headers)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f'<td style="text-align:right">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    below = f"<p>{escape(footer)}</p>" if footer else ""
    return (
        f'<table><caption style="text-align:left">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"
    )
