"""Evaluates the spiking network of trained models on the Go-NoGo task:

    python -m spiking.eval_go_nogo --model_dir models/go-nogo"""
import sys
from typing import Any, Dict, List, Optional

from spikernn import renamed
from ._callable import make_callable
from .eval_tasks import evaluate_task, main_of
from .LIF_network_fnc import LIF_network_fnc  # noqa: F401: a name of this module


@renamed(scaling_factor="optimal_scaling_factor")
def eval_go_nogo(model_dir: Any = None, optimal_scaling_factor: Optional[float] = None,
                 settings: Optional[Dict[str, Any]] = None, *, model_path: Any = None,
                 **options: Any) -> Dict[str, Any]:
    """evaluate_task on go-nogo, whose options (n_trials, seed, save_plots, plot_dir, verbose,
    progress) it takes: the performance as a dict, the plots in plots/ in the model's folder.
    Without model_dir and model_path: the folder models/go-nogo."""
    return evaluate_task("go-nogo", model_dir, optimal_scaling_factor, settings,
                         model_path=model_path, **options)


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; returns the exit status."""
    return main_of("spiking.eval_go_nogo", __doc__.split(":\n")[0] + ".", eval_go_nogo, arguments)


make_callable(__name__, eval_go_nogo)

if __name__ == "__main__":
    sys.exit(main())
