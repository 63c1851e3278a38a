"""Reading what an inspector sends to the browser, as the browser reads it: rows of numbers and a grammar of factors."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnkit.text import place

State = dict[str, Any]


def rows_in(buffer: bytes, state: State) -> np.ndarray:
    """The rows of a buffer: (steps, numbers)."""
    return np.frombuffer(buffer, "<f8").reshape(-1, state["length"])


def array(state: State, row: np.ndarray, name: str) -> np.ndarray:
    """One array of a row."""
    first, *shape = state["arrays"][name]
    return row[first : first + int(np.prod(shape))].reshape(shape)


def unpacked(state: State, row: np.ndarray) -> State:
    """Every number and every factor of a row by its name, with the keys of what it is made of."""
    numbers: dict[str, State] = {}
    factors: dict[str, State] = {}
    for group, shape in state["groups"].items():
        for at in np.ndindex(*shape):
            product = filled(state["chains"][group], dict(zip(("i0", "i1"), at)))
            collect(state, row, product, factors)
            numbers[group + place(at)] = number(state, row, group, at, product)
    return {"numbers": numbers, "factors": factors}


def filled(template: list[State], letters: dict[str, int]) -> list[State]:
    """The factors of a template with the letters in its indices replaced."""
    return [entry | {"index": [letters.get(i, i) for i in entry["index"]]} for entry in template]


def key(factor: State) -> str:
    return f"{factor['term']}:{factor['layer']}{place(factor['index'])}"


def number(state: State, row: np.ndarray, group: str, at: tuple[int, ...], product: list[State]) -> State:
    each = (slice(None), *at)
    found = {
        "param": group,
        "index": list(at),
        "value": float(array(state, row, f"value:{group}")[at]) if f"value:{group}" in state["arrays"] else None,
        "factors": [key(factor) for factor in product],
        "per_example": array(state, row, f"product:{group}")[each].tolist(),
        "batch": float(array(state, row, f"batch:{group}")[at]),
    }
    if state["numeric"]:
        for side, name in (("numeric", "numeric"), ("relative_error", "error")):
            found[side] = {
                "per_example": array(state, row, f"{name}:{group}")[each].tolist(),
                "batch": float(array(state, row, f"{name}_batch:{group}")[at]),
            }
    return found


def collect(state: State, row: np.ndarray, product: list[State], factors: dict[str, State]) -> None:
    for factor in product:
        if key(factor) in factors:
            continue
        inside = state["insides"].get(f"{factor['term']}:{factor['layer']}", {"count": 0, "factors": []})
        letters = {"i0": factor["index"][0]} if factor["index"] else {}
        products = [filled(inside["factors"], letters | {"p": p}) for p in range(inside["count"])]
        factors[key(factor)] = {
            "values": values(state, row, factor),
            "products": [[key(inner) for inner in inner_product] for inner_product in products],
        }
        for inner_product in products:
            collect(state, row, inner_product, factors)


def values(state: State, row: np.ndarray, factor: State) -> list[float]:
    count = len(state["y"])
    if factor["term"] == "input" and not factor["index"]:
        return [1.0] * count
    found = array(state, row, f"{factor['term']}:{factor['layer']}")
    if factor["term"] == "weight":
        return [float(found[tuple(factor["index"])])] * count
    return [float(value) for value in found[(slice(None), *factor["index"])]]
