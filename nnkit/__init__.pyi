# The public names, each once: read by type checkers, and by nnkit itself, which loads a module at its first use.
# Plain ASCII only: lazy_loader reads this file in whatever encoding the system has.

from . import datasets as datasets
from . import exercises as exercises
from . import mistakes as mistakes
from . import widgets as widgets
from .backprop import BackwardPass as BackwardPass
from .backprop import backward as backward
from .check import check_gradient as check_gradient
from .check import loss_and_grad as loss_and_grad
from .doctor import Diagnosis as Diagnosis
from .doctor import Finding as Finding
from .doctor import diagnose as diagnose
from .errors import ShapeError as ShapeError
from .gradient_report import GradientReport as GradientReport
from .history import History as History
from .history import Record as Record
from .minimise import Minimised as Minimised
from .minimise import minimise as minimise
from .network import Forward as Forward
from .network import Network as Network
from .numeric import numeric_gradient as numeric_gradient
from .numeric import numeric_hessian as numeric_hessian
from .optimisers import Adam as Adam
from .optimisers import GradientDescent as GradientDescent
from .optimisers import IRpropMinus as IRpropMinus
from .optimisers import Momentum as Momentum
from .optimisers import Nesterov as Nesterov
from .optimisers import RMSProp as RMSProp
from .recipe import Recipe as Recipe
from .terms import Factor as Factor
from .terms import Terms as Terms
from .training import train as train
from .vectors import cosine as cosine
from .vectors import flatten as flatten
from .vectors import restore as restore

__version__: str
