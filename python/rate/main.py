"""Trains a rate network and saves it: python -m rate.main --task go-nogo --output_dir .

With --mode eval: the accuracy of every model under <output_dir>/models/<task>."""
import argparse
import os
import sys
from typing import List, Optional

if not __package__:  # python main.py in this folder, as older scripts start it
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    import rate
    __package__ = rate.__name__

from spikernn._command_line import add_options, given, run
from ._network import RateNetwork
from ._random import new_seed
from .abstract import RNNConfig
from .tasks import library_task
from .utils import models_in, restricted_float, set_gpu, str2bool


_NETWORK = ("N", "P_inh", "P_rec", "som_N", "gain", "apply_dale", "seed")
_OLDER = {"act": "activation", "loss_fn": "loss_fn"}  # in training_params


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rate.main", description=__doc__)
    add = parser.add_argument
    add("--gpu", default="0", help="accepted for older command lines, without effect")
    add("--gpu_frac", type=restricted_float, default=0.4, help="the same")
    add("--mode", default="train", help="train or eval (default %(default)s)")
    add("--output_dir", default=".", help="models go to <output_dir>/models/<task>/...")
    add("--task", required=True, help="go-nogo, xor, mante, another of the library, or a file")
    add_options(parser, *_NETWORK, *_OLDER, "n_trials", "decay_taus", P_inh=restricted_float,
                P_rec=restricted_float, apply_dale=str2bool)
    return parser


def _train(args: argparse.Namespace) -> None:
    task = library_task(args.task.lower() if os.sep not in args.task else args.task)
    network = dict({"N": RNNConfig.N, "seed": new_seed()}, **given(args, _NETWORK))
    net = RateNetwork(n_in=task.n_in, n_out=task.n_out, **network)
    training = {_OLDER[name]: value for name, value in given(args, _OLDER).items()}
    taus = args.decay_taus or (task.decay_taus if task.decay_taus[1] else None)
    print("Training started...")

    seen = [None]

    def show(p):
        if p.accuracy == p.accuracy and seen[0] != (p.accuracy, p.loss):
            seen[0] = (p.accuracy, p.loss)
            print("Trial %d: Perf: %.2f, Loss: %.2f" % (p.done, p.accuracy, p.loss), flush=True)

    interrupted = None
    try:
        net.train(task, None, training, taus=taus, progress=show,
                  **given(args, ["n_trials"]))
    except KeyboardInterrupt as raised:
        interrupted = raised
    record = net._model.training()
    mat = net.save_new(args.output_dir, task.name)
    print("%d trials, criterion %sreached"
          % (record["n_losses"], "" if record["reached"] else "not "))
    print("seed: %d\nmodel: %s\n       %s" % (net.seed, mat, mat[:-len(".mat")] + ".pth"))
    if interrupted:
        raise interrupted


def _eval(args: argparse.Namespace) -> None:
    name = library_task(args.task).name
    for path in models_in(os.path.join(args.output_dir, "models", name)):
        net = RateNetwork(1).load_net(path)
        result = net.eval(net._model.task(), seed=args.seed or 0)
        print("%s: Perf: %.2f, Loss: %.2f, two-sided: %.2f"
              % (path, result["accuracy"], result["loss"], result["two_sided_accuracy"]))


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; returns the exit status."""
    args = _parser().parse_args(arguments)
    modes, mode = {"train": _train, "eval": _eval}, args.mode.lower()

    def work() -> None:
        if mode not in modes:
            raise ValueError("--mode is '%s'; expected train or eval" % args.mode)
        print("Using device: %s" % set_gpu(args.gpu, args.gpu_frac))
        modes[mode](args)
    return run("rate.main", work)


if __name__ == "__main__":
    sys.exit(main())
