"""What every widget has in common: a text form beside the drawing.

A widget that asks Python for new numbers does so by its trait `asked`: a small dict with the view that asks and a
running number. Python sets `answer` to these two in the same message as the new state, always, so that the browser
knows when it may ask again.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

import anywidget
import traitlets


class Shell(anywidget.AnyWidget):
    """A widget with a text form: `table()`, which `print`, a screen reader and a test read."""

    def table(self) -> str:
        """The numbers of the widget as text."""
        raise NotImplementedError

    def _title(self) -> str:
        """One line that says what this is a widget of."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{self._title()}\n\n{self.table()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget for a browser, and beside it the whole text form, which ipywidgets would cut at 110 characters."""
        bundle_ = super()._repr_mimebundle_(**kwargs)
        data = bundle_[0] if isinstance(bundle_, tuple) else bundle_
        if data is not None:
            data["text/plain"] = repr(self)
        return bundle_


class Answering(Shell):
    """A widget that the browser may ask for other numbers. Looking asks nothing; a slider asks once."""

    state = traitlets.Dict(read_only=True).tag(sync=True)
    asked = traitlets.Dict().tag(sync=True, echo_update=False)  # the browser knows what it asked
    answer = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self._turn = Lock()  # the kernel may hear two questions on two threads

    def reply(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The new state. What is in the question came from outside: what cannot be granted changes nothing."""
        raise NotImplementedError

    @traitlets.observe("asked")
    def _on_asked(self, change: Any) -> None:
        question = change["new"]
        with self._turn, self.hold_sync():
            self.set_trait("state", self.reply(question))
            self.set_trait("answer", {"view": question.get("view"), "id": question.get("id")})
