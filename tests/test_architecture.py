"""The house: a light import, floors that only look down, short modules, and a docstring on everything public."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import nnkit

HOME = Path(nnkit.__file__).parent
MODULES = {
    ".".join(("nnkit", *path.relative_to(HOME).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(HOME.rglob("*.py"))
}
PUBLIC = HOME / "__init__.pyi"
MOST_LINES = 250

FLOORS = """
    errors text softmax functions vectors datasets door network terms recipe backprop answered numeric nudges
    gradient_report check mistakes recognise optimisers minimise history readable stand_ins tape products buffers layout
    listening engine training doctor exercises widgets
""".split()  # from the bottom


# --- a light import --------------------------------------------------------------------------------------------------

PROBE = """
import json, sys
import numpy as np
def state():
    return [repr(np.get_printoptions()), repr(np.geterr()), repr(np.random.get_state())]
before, there = state(), set(sys.modules)
import nnkit as nn
{use}
loaded = sorted(set(sys.modules) - there)
print(json.dumps({{"loaded": loaded, "same": before == state(), "home": nn.__file__}}))
"""
HEAVY = {"matplotlib", "ipywidgets", "anywidget", "IPython", "scipy", "tabulate", "tqdm", "pooch", "torch"}


def loaded_by(use: str) -> set[str]:
    """The modules that a fresh Python with NumPy loads for `import nnkit as nn` and this line."""
    answer = subprocess.run(
        [sys.executable, "-c", PROBE.format(use=use)],
        cwd=HOME.parent, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found = json.loads(answer.stdout)
    assert Path(found["home"]).parent == HOME
    assert found["same"]
    assert answer.stderr == ""
    return set(found["loaded"])


def test_importing_nnkit_loads_none_of_its_modules_and_changes_no_global_state():
    assert loaded_by("") == {"nnkit", "lazy_loader"}


def test_asking_for_the_names_loads_nothing():
    assert loaded_by("assert 'train' in dir(nn) and 'doctor' not in dir(nn)") == {"nnkit", "lazy_loader"}


NET = "net = nn.Network.create([2, 3, 1], rng=0); X, y = nn.datasets.xor()"
USES = {
    "a network": (NET, "network", "backprop check doctor exercises mistakes recognise training widgets"),
    "a gradient": (f"{NET}; nn.backward(net, X, y)", "backprop", "check doctor exercises mistakes recognise training"),
    "training": (
        f"{NET}; nn.train(net, X, y, optimiser=nn.Adam(0.1), steps=2)",
        "training",
        "check doctor exercises mistakes recognise minimise widgets",
    ),
    "a check": (
        f"{NET}; nn.check_gradient(*nn.loss_and_grad(net), net.params, X, y)",
        "check",
        "doctor exercises mistakes recognise training widgets",
    ),
    "a diagnosis": (
        f"{NET}; nn.diagnose(*nn.loss_and_grad(net), net.params, X, y)",
        "doctor",
        "exercises training widgets minimise",
    ),
}


@pytest.mark.parametrize("use", USES)
def test_what_you_use_loads_what_it_needs_and_no_more(use):
    code, needed, idle = USES[use]
    loaded = loaded_by(code)
    assert f"nnkit.{needed}" in loaded
    assert not loaded & {f"nnkit.{name}" for name in idle.split()}
    assert not {name.partition(".")[0] for name in loaded} & HEAVY


def test_a_function_keeps_its_name_when_the_module_of_that_name_is_loaded_first():
    """`minimise` is both; importing the module sets it as an attribute of the package."""
    loaded_by("import nnkit.minimise; assert callable(nn.minimise); import nnkit.training; assert callable(nn.train)")


def test_every_public_name_is_there():
    for name in set(nnkit.__all__) - {"widgets"}:
        assert getattr(nnkit, name) is not None
    assert {"Network", "train", "widgets"} < set(nnkit.__all__)
    assert dir(nnkit) == nnkit.__all__ == sorted(nnkit.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = nnkit.nonsense


# --- the floors ------------------------------------------------------------------------------------------------------


def imported(source: str, module: str, is_package: bool = False) -> set[str]:
    """The modules of nnkit that `source` imports anywhere; "nnkit" stands for a name of the package itself."""
    package = (module if is_package else module.rpartition(".")[0]).split(".")
    targets = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            targets |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join((*above, *filter(None, [node.module])))
            targets |= {_named(alias.name) if base == "nnkit" else base for alias in node.names}
    return {target for target in targets if target.partition(".")[0] == "nnkit"}


def _named(name: str) -> str:
    """What `from nnkit import name` imports: a module, or something that the package offers."""
    return "nnkit" if name not in FLOORS and hasattr(nnkit, name) else f"nnkit.{name}"


def floor(module: str) -> int:
    """0 is the ground. The package stands as high as the highest module that it takes a name from.

    A module that it passes on whole, such as nn.widgets, does not count.
    """
    if module == "nnkit":
        whole = {f"nnkit.{name}" for name in nnkit.__all__}
        return max(floor(name) for name in imported(PUBLIC.read_text(), "nnkit", is_package=True) - whole)
    return FLOORS.index(module.split(".")[1])


def complaints(source: str, module: str, is_package: bool = False) -> list[str]:
    """What is wrong with the imports of a module that has this source."""
    if module.split(".")[1] not in FLOORS:
        return [f"{module} is on no floor"]
    found = []
    for target in sorted(imported(source, module, is_package)):
        if target != "nnkit" and target.split(".")[1] not in FLOORS:
            found.append(f"{module} imports {target}, which is on no floor")
        elif target.split(".")[:2] != module.split(".")[:2] and floor(target) >= floor(module):
            found.append(f"{module} imports {target}, which is not below it")
    return found


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"nnkit"}))
def test_a_module_imports_only_floors_below_it(module):
    path = MODULES[module]
    assert complaints(path.read_text(), module, path.name == "__init__.py") == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("nnkit.network", "from .backprop import backward"),
        ("nnkit.network", "from . import backprop"),
        ("nnkit.network", "import numpy as np, nnkit.terms as t"),
        ("nnkit.network", "from nnkit.check import check_gradient"),
        ("nnkit.network", "from nnkit import check"),
        ("nnkit.network", "def f():\n    if True:\n        from .training import train"),
        ("nnkit.functions", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .terms import Terms"),
        ("nnkit.errors", "from .text import number"),
        ("nnkit.check", "import nnkit"),
        ("nnkit.check", "from nnkit import Network"),
        ("nnkit.check", "from . import Network"),
        ("nnkit.doctor.words", "from ..widgets.inspector import Inspector"),
        ("nnkit.doctor.words", "from .. import widgets"),
        ("nnkit.network", "from .helpers import anything"),
        ("nnkit.network", "from . import helpers"),
        ("nnkit.helpers", "import numpy"),
    ],
)
def test_the_floor_check_sees_an_import_that_looks_up(module, source):
    assert len(complaints(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("nnkit.errors", "import numpy as np\nfrom typing import Any\nfrom nnkitty import terms"),
        ("nnkit.backprop", "from .network import Network\nfrom . import errors\nfrom nnkit.terms import Terms"),
        ("nnkit.widgets.state", "from ..backprop import backward\nfrom .bundle import bundle\nfrom . import bundle"),
        ("nnkit.widgets.state", "import nnkit as nn\nfrom nnkit import Network\nfrom .. import Network, terms"),
    ],
)
def test_the_floor_check_lets_an_import_look_down(module, source):
    assert complaints(source, module) == []


def test_the_floor_check_knows_a_package_from_a_module():
    """One dot is nnkit.widgets in widgets/__init__.py and in widgets/state.py, but nnkit in check.py."""
    assert imported("from .state import x", "nnkit.widgets", is_package=True) == {"nnkit.widgets.state"}
    assert imported("from .state import x", "nnkit.widgets.inspector") == {"nnkit.widgets.state"}
    assert imported("from .numeric import x", "nnkit.check") == {"nnkit.numeric"}


def test_the_package_stands_as_high_as_its_highest_import():
    assert floor("nnkit") >= floor("nnkit.training") > floor("nnkit.errors") == 0


# --- short, with docstrings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_at_most_250_lines(module):
    assert len(MODULES[module].read_text().splitlines()) <= MOST_LINES


def without_docstring(source: str, but_for_untyped: bool = False) -> list[str]:
    """The public classes, functions and methods of a module, and the module itself, that have no docstring."""

    def look(node: ast.AST, name: str) -> list[str]:
        missing = [] if ast.get_docstring(node) else [name]
        for inner in node.body if isinstance(node, ast.Module | ast.ClassDef) else ():
            if isinstance(inner, ast.ClassDef | ast.FunctionDef) and not inner.name.startswith("_"):
                untyped = isinstance(inner, ast.FunctionDef) and not any(arg.annotation for arg in inner.args.args)
                if not (but_for_untyped and untyped and inner.args.args):
                    missing += look(inner, f"{name}.{inner.name}")
        return missing

    return look(ast.parse(source), "module")


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_has_a_docstring(module):
    """But for the answers of the exercises, which are shown as a learner would write them: no types, no docstring."""
    answers = module.startswith("nnkit.exercises.")
    assert without_docstring(MODULES[module].read_text(), but_for_untyped=answers) == []


def test_the_docstring_check_sees_what_is_missing():
    source = '''
class Speaks(Protocol):
    """Yes."""
    def silent(self): ...
    def _private(self): ...
    @property
    def loud(self):
        """Yes."""
def bare():
    def inner(): ...
class _Hidden:
    def method(self): ...
'''
    assert without_docstring(source) == ["module", "module.Speaks.silent", "module.bare"]
    answers = '"""Yes."""\ndef answer(z): ...\ndef check(z: float) -> float: ...\n'
    assert without_docstring(answers) == ["module.answer", "module.check"]
    assert without_docstring(answers, but_for_untyped=True) == ["module.check"]
