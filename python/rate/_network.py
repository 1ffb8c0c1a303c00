"""The rate network, in numpy. _torch.py makes a torch.nn.Module of it."""
import collections
import contextlib
import time
from ctypes import byref, c_int64
from typing import Any, Callable, Dict, Iterator, Optional, Sequence, Tuple, Union

import numpy as np

from spikernn import (Access, Model, Progress, Task, alone, c, call, choice, choices,
                      device as device_of, encoded, fill, flags, floats, held, known_names, lib,
                      long_call, mapping, number, out_path, pointer, raw, renamed, share, taus_of,
                      text_of, to_numpy, truth, warn, whole)
from spikernn._older_files import load as load_with, missing
from ._random import new_seed, new_trial
from .tasks import AbstractTask, library_task, task_for

AnyTask = Union[str, AbstractTask, Task]

#: names in training_params of older scripts -> fields of srnn_train_options
_OLDER_OPTIONS = {"learning_rate": "lr", "loss_threshold": "loss_threshold", "noise": "noise",
                  "eval_freq": "eval_freq", "eval_tr": "eval_trials", "eval_trials": "eval_trials"}
#: all names in training_params
_PARAMS = tuple(_OLDER_OPTIONS) + ("activation", "loss_fn", "eval_amp_threh", "eval_amp_thresh",
                                   "P_rec")
Dynamics = collections.namedtuple("Dynamics", "taus activation DeltaT")

#: weights -> the axes that the library's have not
_WEIGHTS = {"w": None, "w_in": None, "w_out": None, "b_out": (-1, 1), "taus_gaus": (-1, 1),
            "w0": None, "w_in0": None, "taus_gaus0": (-1, 1)}


def _derived(name: str, get: Callable, instead: str) -> property:
    """An attribute that follows from others; setting it says what to set instead."""
    def refuse(self: Any, value: Any) -> None:
        raise AttributeError("%s cannot be set; %s" % (name, instead))
    return property(get, refuse)


def _older(name: str) -> property:
    """An attribute under its older name."""
    return property(lambda self: getattr(self, name),
                    lambda self, values: setattr(self, name, values))


class RateNetwork:
    """A firing-rate network ([K] Eqs. 1-4) under Dale's principle, or not.

    N units; P_inh and P_rec: probability that a unit is inhibitory, and that a connection is there;
    w_in: N x n_in; som_N: SOM units among the inhibitory ones; w_dist: 'gaus' or 'gamma'; gain: of
    the initial weights; w_out: n_out x N; device: 'cpu'. w_in or w_out None: drawn, for n_in inputs
    and n_out outputs. seed: of all that is drawn; None: from rate.set_seed or numpy.random.

    Attributes: N P_inh P_rec som_N w_dist gain apply_dale device seed; inh, exc: N x 1 truths; NI,
    NE: how many; som_inh: indices of the SOM units, 0 where there are none; w: N x N, from column
    to row, before rectification and signs; w_in, w_out; b_out: n_out x 1; mask (m): diagonal of 1
    and -1; som_mask (som_m): 0 where a connection is forbidden; taus_gaus: N x 1, the decay times
    before the sigmoid; w0, w_in0, taus_gaus0: the same before training. taus (steps), activation,
    DeltaT: of the latest run or file.

    Weights and masks may be changed in place or replaced, apply_dale, taus, activation and DeltaT
    set: the next call uses them. On its diagonal mask may also hold 0: such a unit has no
    connections to others; with apply_dale False it holds no -1. inh, exc, NI, NE and som_inh follow
    from the masks. P_inh, P_rec, som_N, w_dist and gain are those of assign_exc_inh() and
    initialize_W().

    Threads may share a network: its methods run one after the other, in the order of the calls.
    Until train() has returned its callbacks cannot use the network, nor change its arrays.
    Raises ValueError on a value out of range or an array of another shape."""

    def __init__(self, N: int, P_inh: float = 0.2, P_rec: float = 0.2, w_in: Any = None,
                 som_N: int = 0, w_dist: str = "gaus", gain: float = 1.5, apply_dale: bool = True,
                 w_out: Any = None, device: Any = "cpu", *, seed: Optional[int] = None,
                 n_in: int = 1, n_out: int = 1) -> None:
        self._access = Access()
        self.P_inh, self.P_rec, self.som_N = P_inh, P_rec, som_N
        self.w_dist, self.gain = w_dist, gain
        self.apply_dale = truth(apply_dale, "apply_dale")
        self.device = device_of(device)
        self.seed = new_seed() if seed is None else seed
        if w_in is not None:
            w_in = floats(w_in, (None, None), "w_in")
            n_in = w_in.shape[1]
        if w_out is not None:
            axes = (None,) if np.ndim(w_out) == 1 else (None, None)
            w_out = np.atleast_2d(floats(w_out, axes, "w_out"))
            n_out = w_out.shape[0]
        self._model = self._draw(N, self.seed, n_in, n_out)
        if w_in is not None or w_out is not None:
            self._model.set_weights(w=self._model.arrays()["w"], w_in=w_in, w_in0=w_in, w_out=w_out)
        self._take_model()

    def _draw(self, N: int, seed: int, n_in: int, n_out: int) -> Model:
        return Model.create(N=N, P_inh=self.P_inh, P_rec=self.P_rec, som_N=self.som_N,
                            w_dist=self.w_dist, gain=self.gain, apply_dale=self.apply_dale,
                            n_in=n_in, n_out=n_out, seed=seed)

    # ---- between these arrays and the library's network ----

    def _take_model(self) -> None:
        """Everything from the library's network."""
        arrays, params = self._model.arrays(), self._model.params
        self.som_N, self.apply_dale = params.som_N, params.apply_dale
        self._inh, self._som = arrays["inh"] > 0, arrays["som"] > 0
        self._set_array("mask", np.diag(np.where(self._inh, -1, 1)).astype(np.float32))
        self._set_array("som_mask", arrays["som_m"].astype(np.float32))
        self._given = self._masks()
        self._take_weights(arrays)

    def _take_weights(self, arrays: Optional[Dict[str, np.ndarray]] = None) -> None:
        arrays = self._model.arrays() if arrays is None else arrays
        for name, shape in _WEIGHTS.items():
            self._set_array(name, arrays[name] if shape is None else arrays[name].reshape(shape))

    def _set_array(self, name: str, values: np.ndarray) -> None:
        setattr(self, name, values)

    def _masks(self) -> Tuple[bool, np.ndarray, np.ndarray]:
        """apply_dale and copies of both masks, as they are now."""
        return (truth(self.apply_dale, "apply_dale"),) + tuple(
            np.array(floats(getattr(self, name), (self.N, self.N), name))
            for name in ("mask", "som_mask"))

    def _signs_inh(self) -> np.ndarray:
        """(N,) where the mask has -1 on its diagonal. Where it has 0 an inhibitory unit stays one;
        without Dale's principle there is none."""
        signs = np.diag(to_numpy(self.mask))
        return np.where(signs == 0, self._inh & bool(self.apply_dale), signs < 0)

    def _give_masks(self, som: Optional[np.ndarray] = None) -> None:
        """som: the SOM units; None: those that still are inhibitory."""
        if (self.apply_dale == self._given[0] and som is None
                and np.array_equal(raw(self.mask, "mask"), self._given[1])
                and np.array_equal(raw(self.som_mask, "som_mask"), self._given[2])):
            return
        apply_dale, mask, som_mask = now = self._masks()
        signs = np.diag(mask)
        wrong = np.argwhere((mask != np.diag(signs)) | np.diag((abs(signs) != 1) & (signs != 0)))
        if len(wrong):
            raise ValueError("mask[%d, %d] is %g; expected 1 (excitatory), -1 (inhibitory) or 0 "
                             "(no connection from there) on the diagonal, and 0 elsewhere"
                             % (*wrong[0], mask[tuple(wrong[0])]))
        inh = self._signs_inh()
        som = self._som & inh if som is None else som
        self._model.set_masks(apply_dale, inh=inh, som=som, som_m=flags(
            som_mask, som_mask.shape, "som_mask") * (signs != 0))
        self._given, self._inh, self._som = now, inh, som

    def _not_in_training(self) -> None:
        """In a callback of train() the library's network is what it was before: RuntimeError."""
        if held().get(self._model.access):
            raise RuntimeError("the network is being trained; expected another one in a callback "
                               "of train(), or this one when train() has returned")

    @alone
    def _give_weights(self, dynamics: Optional[Dynamics] = None) -> None:
        """The arrays as they are now, and the dynamics, to the library's network; where nothing has
        changed it stays as it is, with the optimizer's state."""
        self._not_in_training()
        self._give_masks()
        now = {name: raw(getattr(self, name), name) for name in _WEIGHTS}
        now.update((name, now[name].reshape(-1)) for name, axes in _WEIGHTS.items() if axes)
        before = self._dynamics()
        dynamics = dynamics or before
        if dynamics != before or self._model.differs(now):
            self._model.set_weights(**dynamics._asdict(), **now)

    N = _derived("N", lambda self: self._model.view.N, "make another network")
    inh = _derived("inh", lambda self: _fixed(self._signs_inh().reshape(-1, 1)), "set mask")
    exc = _derived("exc", lambda self: _fixed(~self.inh), "set mask")
    NI = _derived("NI", lambda self: int(self.inh.sum()), "set mask")
    NE = _derived("NE", lambda self: int(self.exc.sum()), "set mask")

    som_inh = _derived("som_inh", lambda self: _indices(self._som & self._signs_inh()),
                       "set som_mask")

    device = property(lambda self: self._device,
                      lambda self, value: setattr(self, "_device", device_of(value)))
    taus = property(lambda self: tuple(self._model.taus),
                    lambda self, values: self._give_weights(self._dynamics(values)))
    activation = property(lambda self: self._model.activation, lambda self, name:
                          self._give_weights(self._dynamics(None, {"activation": name})))
    DeltaT = property(lambda self: self._model.params.DeltaT, lambda self, value:
                      self._give_weights(self._dynamics(None, None, {"DeltaT": value})))
    m, som_m = _older("mask"), _older("som_mask")

    # ---- running ----

    def _dynamics(self, taus: Any = None, training_params: Optional[Dict] = None,
                  settings: Optional[Dict] = None) -> Dynamics:
        """What is not given is as before."""
        settings = mapping(settings, "settings")
        taus = settings.get("taus") if taus is None else taus
        n_taus, pair = taus_of(self.taus if taus is None else taus)
        activation = mapping(training_params, "training_params").get("activation",
                                                                     self.activation)
        activation = choices("act")[choice(activation, "act", "activation")]
        return Dynamics(list(pair)[:n_taus], activation, number(
            settings.get("DeltaT", self.DeltaT), "DeltaT"))

    def _input(self, stim: Any, training_params: Optional[Dict],
               settings: Optional[Dict]) -> Tuple[Any, np.ndarray]:
        """(srnn_rate_input of a new trial, the array that it points to)."""
        u = floats(stim, (self._model.view.n_in, None), "stim")
        T = mapping(settings, "settings").get("T")
        training_params = mapping(training_params, "training_params")
        T = u.shape[1] if T is None else whole(T, "T", c_int64)
        if not 2 <= T <= u.shape[1]:
            raise ValueError("T is %d; expected 2 to the %d columns of stim" % (T, u.shape[1]))
        held = np.ascontiguousarray(u[:, :T].T)
        values = lib.srnn_rate_input_default()
        values.T, values.u, values.key = T, pointer(held), new_trial()
        if "noise" in training_params:
            values.noise = number(training_params["noise"], "noise")
        return values, held

    def _run(self, values: Any) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """x, r (T, N), o (T-1, n_out)."""
        x, r = (np.empty((values.T, self.N), np.float32) for _ in range(2))
        o = np.empty((values.T - 1, self._model.view.n_out), np.float32)
        output = c.srnn_rate_output(pointer(x), pointer(r), pointer(o))
        call(lib.srnn_rate_run, self._model, byref(values), byref(output))
        return x, r, o

    @alone
    def _trial_of(self, stim: Any, taus: Any, training_params: Any, settings: Any) -> Tuple:
        """As _run(), of a new trial."""
        values, held = self._input(stim, training_params, settings)
        self._give_weights(self._dynamics(taus, training_params, settings))
        return self._run(values)

    @alone
    def forward(self, stim: Any, taus: Optional[Sequence[float]] = None,
                training_params: Optional[Dict[str, Any]] = None,
                settings: Optional[Dict[str, Any]] = None) -> Tuple:
        """One trial with fresh noise.

        stim: n_in x T; taus: one (fixed) or two decay times (steps), the unit's own taus_gaus says
        where between them; training_params: 'activation', 'noise' (SD, 0.1); settings: 'T',
        'DeltaT'. What is not given is as before.

        Returns stim, x, r, o, w, w_in, mask, som_mask, w_out, b_out, taus_gaus: x and r lists of T
        arrays (N, 1), o of T-1 arrays (n_out, 1).
        Raises ValueError, and FloatingPointError where x becomes infinite."""
        x, r, o = (list(a[:, :, None]) for a in self._trial_of(stim, taus, training_params,
                                                               settings))
        return (stim, x, r, o, self.w, self.w_in, self.mask, self.som_mask, self.w_out, self.b_out,
                self.taus_gaus)

    __call__ = forward

    # ---- training and evaluation ----

    @alone
    def train(self, task: Union[AnyTask, bool] = True, settings: Optional[Dict[str, Any]] = None,
              training_params: Optional[Dict[str, Any]] = None, *, n_trials: int = 6000,
              taus: Optional[Sequence[float]] = None, seed: Optional[int] = None,
              progress: Optional[Callable[[Progress], Any]] = None, **options: Any) -> Any:
        """Trains the network in the library's loop until it reaches the criterion, or n_trials.

        task: a name, an AbstractTask or a file; settings: its dict, with taus and DeltaT;
        training_params: the dict of older scripts (learning_rate, loss_threshold, eval_freq,
        eval_tr, activation, loss_fn). seed: of trials and noise, default the network's. options:
        fields of srnn_train_options (batch, grad_clip, noise, penalties={'L2_rec': 1}, ...).
        progress gets a Progress now and then; where it returns True the training stops.

        Returns the training record, a dict: losses, tr, reached, eval_perf_mean, eval_loss_mean,
        eval_two_sided_mean, eval_tr, eval_perf_curve, ..., x, r, u, target, o of the last trial. Ctrl-C raises
        KeyboardInterrupt; the network then is what it had become.
        Raises ValueError, FloatingPointError, and what a task or progress raises.

        train(True) and train(False) do nothing but return the network: what torch means by it."""
        if isinstance(task, bool):
            return self
        training_params = dict(mapping(training_params, "training_params"))
        known_names(training_params, _PARAMS, "training_params")
        settings = dict(mapping(settings, "settings"))
        if "eval_amp_threh" in training_params:  # spelt so in older scripts
            settings.setdefault("eval_amp_thresh", training_params["eval_amp_threh"])
        own = task.settings if isinstance(task, AbstractTask) else {}
        dynamics = self._dynamics(taus, training_params, dict(own, **settings))
        made = library_task(task, settings or None)
        values = lib.srnn_train_options_default()
        given = {field: training_params[name] for name, field in _OLDER_OPTIONS.items()
                 if name in training_params}
        given.update(n_trials=n_trials, seed=self.seed if seed is None else seed)
        if "loss_fn" in training_params:
            given["loss"] = choice(training_params["loss_fn"], "loss_fn")
        fill(values, dict(given, **options))
        self._give_weights(dynamics)
        with self._unwritten() as check:
            def checked(now: Progress) -> Any:
                stop = progress(now)
                check()
                return stop
            long_call(lib.srnn_train, self._model, made, byref(values),
                      progress=progress and checked, partial=True)
            check()
        return self._model.training()

    @contextlib.contextmanager
    def _unwritten(self) -> Iterator[Callable[[], None]]:
        """For a call that trains the library's network, whose weights then are taken; the masks are
        as before. Gives a function that raises RuntimeError where a script has changed something
        meanwhile, which would be lost."""
        before = {name: np.array(to_numpy(getattr(self, name)))
                  for name in tuple(_WEIGHTS) + ("mask", "som_mask", "apply_dale")}

        def changed(name: str) -> bool:
            return not np.array_equal(to_numpy(getattr(self, name)), before[name])

        def check() -> None:
            for name in filter(changed, before):
                raise RuntimeError("%s was changed while the network was being trained; expected "
                                   "it unchanged until train() has returned" % name)
        try:
            yield check
        finally:
            self.apply_dale = bool(before["apply_dale"])
            for name in filter(changed, ("mask", "som_mask")):
                self._set_array(name, before[name])
            self._take_weights()

    @alone
    def eval(self, task: Optional[AnyTask] = None, settings: Optional[Dict[str, Any]] = None, *,
             n_trials: int = 100, seed: int = 0, balanced: bool = False,
             progress: Optional[Callable[[Progress], Any]] = None) -> Any:
        """Accuracy of the network over random trials of a task (balanced: n_trials of each type).
        task: as for train(); of the one that it was trained on the settings of the training.

        Returns a dict: n_trials, accuracy (0 to 1), two_sided_accuracy (of outputs that are not
        beyond the threshold of the other side either), loss, and types: {name: accuracy}. Without a
        task it does nothing but return the network: what torch means by it."""
        if task is None:
            return self
        made = task_for(self._model, task, settings)
        options = lib.srnn_rate_eval_options_default()
        fill(options, {"seed": seed, "n_trials": n_trials, "balanced": balanced})
        result = c.srnn_rate_evaluation()
        self._give_weights()
        long_call(lib.srnn_rate_evaluate, self._model, made, byref(options), byref(result),
                  progress=progress)
        types = {name: stats.correct / stats.n if stats.n else float("nan")
                 for name, stats in zip(made.type_names, result.types)}
        return {"n_trials": result.n_trials, "accuracy": result.correct / result.n_trials,
                "two_sided_accuracy": result.two_sided / result.n_trials,
                "loss": result.loss_mean, "types": types}

    # ---- files ----

    @alone
    def save(self, path: Any) -> None:
        """A .mat file, or where the name ends in .pth one for torch.load. Raises OSError."""
        self._give_weights()
        self._model.save(path)

    @alone
    def save_new(self, output_dir: str, task_name: str) -> str:
        """A .mat and a .pth file under <output_dir>/models/<task>/..., named by the settings and
        the time. Returns the .mat file's path."""
        self._give_weights()
        path = out_path(lib.srnn_model_default_path, self._model, encoded(task_name),
                        encoded(output_dir), int(time.time()), path=output_dir)
        mat = out_path(lib.srnn_model_save_new, self._model, encoded(path), path=output_dir)
        self._model.save(mat[:-len(".mat")] + ".pth")
        return mat

    @renamed(path="model_dir")
    @alone
    def load_net(self, model_dir: Any) -> "RateNetwork":
        """The network of a .mat or .pth file, of this package or older ones, in place of this one.
        What a .pth file of the older port lacks (w_in, masks, taus_gaus) stays as it is here, and a
        warning says so; N has to be the file's then. Returns the network. Raises
        FileNotFoundError, ValueError."""
        path = text_of(model_dir)
        self._not_in_training()
        encoded(path)
        lacking = missing(path)
        if lacking:
            self._give_weights()
            own = self._model.arrays()
            model = load_with(path, {name: own[name].astype(float) for name in lacking}, Model.load)
            warn("%s lacks %s, which stay as they were" % (path, ", ".join(lacking)))
        else:
            model = Model.load(path)
        return self._become(model)

    def _become(self, model: Model) -> "RateNetwork":
        self._model, params = model, model.params
        self.P_inh, self.P_rec, self.gain = params.P_inh, params.P_rec, params.gain
        self.w_dist, self.seed = choices("w_dist")[params.w_dist], params.seed
        self._take_model()
        return self

    # ---- the network itself ----

    def assign_exc_inh(self) -> Tuple[np.ndarray, np.ndarray, int, int, Any]:
        """inh, exc (N x 1 truths), NI, NE, som_inh of a new draw; the network stays as it is."""
        arrays = self._draw(self.N, new_seed(), 1, 1).arrays()
        inh = (arrays["inh"] > 0).reshape(-1, 1)
        som = np.flatnonzero(arrays["som"]) if self.som_N else 0
        return inh, ~inh, int(inh.sum()), int((~inh).sum()), som

    def initialize_W(self) -> Tuple[np.ndarray, Any, Any]:
        """w (N x N) of a new draw, mask, som_mask; the network stays as it is."""
        return self._draw(self.N, new_seed(), 1, 1).arrays()["w"], self.mask, self.som_mask

    @alone
    def display(self) -> None:
        """Prints the network's settings."""
        self._give_weights()
        w = self._model.w_eff()
        print("Network Settings")
        print("====================================")
        print("Number of Units: ", self.N)
        print("\t Number of Excitatory Units: ", self.NE)
        print("\t Number of Inhibitory Units: ", self.NI)
        print("Weight Matrix, W")
        for name, where in (("Zero", w == 0), ("Positive", w > 0), ("Negative", w < 0)):
            print("\t %s Weights: %2.2f %%" % (name, where.mean() * 100))

    def lesion_w(self, lesion_percentage: float, lesion_scale: float = 0.0, *,
                 seed: Optional[int] = None) -> Dict[str, int]:
        """Removes a share (0 to 1) of the existing connections, drawn at random from all of them;
        with a lesion_scale (0 to 1) they keep this share of their weight. Returns how many of each
        kind: {'E->E': ...}. Raises ValueError."""
        return self._lesion(lesion_percentage, lesion_scale, False, seed)

    def lesion_w_by_type(self, lesion_percentage: float, lesion_scale: float = 0.0, *,
                         seed: Optional[int] = None) -> Dict[str, int]:
        """The same share of each of E->E, E->I, I->E and I->I."""
        return self._lesion(lesion_percentage, lesion_scale, True, seed)

    @alone
    def _lesion(self, percentage: float, scale: float, by_pathway: bool,
                seed: Optional[int]) -> Dict[str, int]:
        scale = share(scale, "lesion_scale")
        values = fill(lib.srnn_lesion_default(), {
            "share": percentage, "by_pathway": by_pathway,
            "seed": new_seed() if seed is None else seed})
        removed = (c_int64 * c.SRNN_PATHWAYS)()
        self._give_weights()
        before = self._model.arrays()["w"]
        call(lib.srnn_model_lesion, self._model, byref(values), removed)
        if scale:
            after = self._model.arrays()["w"]
            after[after != before] = scale * before[after != before]
            self._model.set_weights(w=after, **self._dynamics()._asdict())
        self._take_weights()
        return dict(zip(map("->".join, choices("pathways")), removed))

    def project_weights(self, training_params: Optional[Dict[str, Any]] = None) -> None:
        """Does nothing, as in older scripts: negative weights count as 0 under Dale's principle."""


def _indices(truths: np.ndarray) -> Any:
    """Where they are true; 0 where none is."""
    return _fixed(np.flatnonzero(truths)) if truths.any() else 0


def _fixed(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values
