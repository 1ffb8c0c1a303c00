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

from ._network import RateNetwork
from ._random import new_seed
from .tasks import library_task
from .utils import models_in, restricted_float, set_gpu, str2bool


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rate.main", description=__doc__)
    add = parser.add_argument
    add("--gpu", default="0", help="accepted for older command lines, without effect")
    add("--gpu_frac", type=restricted_float, default=0.4, help="the same")
    add("--n_trials", type=int, default=6000, help="updates at most (default %(default)s)")
    add("--mode", default="train", help="train or eval (default %(default)s)")
    add("--output_dir", default=".", help="models go to <output_dir>/models/<task>/...")
    add("--N", type=int, default=200, help="units (default %(default)s)")
    add("--gain", type=float, default=1.5, help="of the initial weights (default %(default)s)")
    add("--P_inh", type=restricted_float, default=0.2,
        help="probability that a unit is inhibitory (default %(default)s)")
    add("--P_rec", type=restricted_float, default=0.2,
        help="probability of a connection (default %(default)s)")
    add("--som_N", type=int, default=0, help="SOM units (default %(default)s)")
    add("--task", required=True, help="go-nogo, xor, mante, another of the library, or a file")
    add("--act", default="sigmoid", help="sigmoid, clipped_relu or softplus (default %(default)s)")
    add("--loss_fn", default="l2", help="l1 or l2 (default %(default)s)")
    add("--apply_dale", type=str2bool, default=True,
        help="Dale's principle: true or false (default true)")
    add("--decay_taus", type=float, nargs="+", default=[4.0, 20.0], metavar="TAU",
        help="synaptic decay, steps: one, fixed, or the least and the most (default 4 20)")
    add("--seed", type=int, help="of every draw (default: a new one)")
    return parser


def _train(args: argparse.Namespace) -> int:
    task = library_task(args.task.lower() if os.sep not in args.task else args.task)
    net = RateNetwork(args.N, args.P_inh, args.P_rec, None, args.som_N, "gaus", args.gain,
                      args.apply_dale, n_in=task.n_in, n_out=task.n_out, seed=args.seed)
    print("Training started...")

    seen = [None]

    def show(p):
        if p.accuracy == p.accuracy and seen[0] != (p.accuracy, p.loss):
            seen[0] = (p.accuracy, p.loss)
            print("Trial %d: Perf: %.2f, Loss: %.2f" % (p.done, p.accuracy, p.loss), flush=True)

    interrupted = False
    try:
        net.train(task, None, {"activation": args.act, "loss_fn": args.loss_fn},
                  n_trials=args.n_trials, taus=args.decay_taus, progress=show)
    except KeyboardInterrupt:
        interrupted = True
    record = net._model.training()
    mat = net.save_new(args.output_dir, task.name)
    print("%d trials, criterion %sreached"
          % (record["n_losses"], "" if record["reached"] else "not "))
    print("seed: %d\nmodel: %s\n       %s" % (net.seed, mat, mat[:-len(".mat")] + ".pth"))
    return 130 if interrupted else 0


def _eval(args: argparse.Namespace) -> int:
    name = library_task(args.task).name
    for path in models_in(os.path.join(args.output_dir, "models", name)):
        net = RateNetwork(1).load_net(path)
        result = net.eval(net._model.task(), seed=args.seed or 0)
        print("%s: Perf: %.2f, Loss: %.2f" % (path, result["accuracy"], result["loss"]))
    return 0


def main(arguments: Optional[List[str]] = None) -> int:
    """The command line; returns the exit status."""
    args = _parser().parse_args(arguments)
    modes = {"train": _train, "eval": _eval}
    try:
        if args.mode.lower() not in modes:
            raise ValueError("--mode is '%s'; expected train or eval" % args.mode)
        if args.seed is None and args.mode.lower() == "train":
            args.seed = new_seed()
        print("Using device: %s" % set_gpu(args.gpu, args.gpu_frac))
        return modes[args.mode.lower()](args)
    except (ValueError, OSError, FloatingPointError, MemoryError) as error:
        print("rate.main: %s" % error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
