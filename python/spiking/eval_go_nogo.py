"""Evaluates the spiking network of trained models on the Go-NoGo task:

    python -m spiking.eval_go_nogo --model_dir models/go-nogo"""
import argparse
import sys
from typing import Any, Dict, List, Optional

from ._callable import make_callable
from .eval_tasks import evaluate_task, model_options, run


def eval_go_nogo(model_dir: Any = None, optimal_scaling_factor: Optional[float] = None,
                 settings: Optional[Dict[str, Any]] = None, *, model_path: Any = None,
                 **options: Any) -> Dict[str, Any]:
    """evaluate_task on go-nogo, whose options (n_trials, seed, save_plots, verbose, progress) it
    takes: the performance as a dict, the plots in the folder plots beside the model."""
    return evaluate_task("go-nogo", model_dir, optimal_scaling_factor, settings,
                         model_path=model_path, **options)


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m spiking.eval_go_nogo",
                                     description=__doc__.split(":\n")[0] + ".")
    model_options(parser, "--optimal_scaling_factor")
    args = parser.parse_args(arguments)
    return run("spiking.eval_go_nogo", lambda: eval_go_nogo(
        args.model_dir, args.optimal_scaling_factor, model_path=args.model_path,
        n_trials=args.n_trials, save_plots=not args.no_plots, seed=args.seed))


make_callable(__name__, eval_go_nogo)

if __name__ == "__main__":
    sys.exit(main())
