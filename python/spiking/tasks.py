"""The tasks of the spiking network: what a trial looks like and when an answer is correct.

The built-in ones are the library's own, the same definitions that the rate network was trained on.
A subclass of AbstractSpikingTask is a task of your own that the search for the scaling factor and
the evaluation run in the library's loops."""
import os
import re
import warnings
from abc import ABC, abstractmethod
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

import numpy as np

from rate._random import new_trial
from rate.tasks import (GoNogoTask, LibraryTask, ManteTask, TaskFactory, XORTask, custom_task,
                        task_for as rate_task_for)
from spikernn import Model, Task, TaskRegistry, c, key, mapping, renamed, text_of, whole
from ._network import as_model, spiking_params
from .abstract import AbstractSpikingRNN, LIFNetwork

STEPS_PER_RATE_STEP = 100  # of 0.05 ms in 5 ms, with downsample 1
RATE_STEP_S = 0.005


class AbstractSpikingTask(ABC):
    """A task with its settings, a dict: T, stim_on, stim_dur, ... in steps of 5 ms; those given win
    over get_default_settings(), which tells T at least.

    A subclass gives get_default_settings, generate_stimulus and evaluate_trial. Searched
    (lambda_grid_search) and evaluated (evaluate_task), the network is simulated by the library, and
    evaluate_trial is called with a stand-in whose simulate() gives the trial's output: spikes and
    voltages are None there. Draw from numpy.random in generate_stimulus: it stands at a seed of the
    trial, so that every scaling factor has the same trials on any number of threads."""

    #: In files and messages; empty: settings['task'], else the name of the class.
    name = ""

    def __init__(self, settings: Optional[Dict[str, Any]] = None) -> None:
        self.settings = dict(self.get_default_settings(), **mapping(settings, "settings"))
        self.validate_settings()

    @abstractmethod
    def get_default_settings(self) -> Dict[str, Any]:
        """All settings, as a dict of its own."""

    def validate_settings(self) -> None:
        """Raises ValueError where a setting is missing or out of range."""
        if "T" not in self.settings:
            raise ValueError("task %s: the settings lack T, the steps of a trial"
                             % type(self).__name__)

    @abstractmethod
    def generate_stimulus(self, trial_type: Optional[str] = None) -> Tuple[np.ndarray, Any]:
        """(u, label): u n_in x (T + 1), or n_in x T, whose last column then stays on; label: what
        the trial is, for evaluate_trial. trial_type: None a random one."""

    @abstractmethod
    def evaluate_trial(self, spiking_rnn: AbstractSpikingRNN, stimulus: np.ndarray,
                       label: Any) -> Union[bool, Dict[str, Any]]:
        """Is the network's answer correct? True or False, or a dict with `correct`, and `value` and
        `margin` (signed distance to the criterion, above 0 where correct) where it has them, and
        `other_side` (how far the output was beyond the threshold of the other side, 0 or less: not
        beyond).

        spiking_rnn.simulate(stimulus, {'mode': 'none'}) gives spikes, voltages, output (nt,) or
        n_out x nt, and params with dt (s) and nt."""

    def generate_target(self, label: Any) -> np.ndarray:
        """z (T-1,), with several outputs n_out x (T-1): for the loss alone, and for how many
        outputs there are. Here: one output, 0."""
        return np.zeros(int(self.settings["T"]) - 1)

    def get_sample_trial_types(self) -> List[str]:
        """The trial types, each of which generate_stimulus(trial_type) takes. Here none:
        generate_stimulus() draws them itself."""
        return []

    def evaluate_performance(self, spiking_rnn: Union[AbstractSpikingRNN, Any],
                             n_trials: int = 100, *,
                             seed: int = 0) -> Dict[str, Any]:
        """Accuracy over n_trials of every trial type.

        spiking_rnn: a LIFNetwork, or a model as LIF_network_fnc takes it with its own scaling
        factor, run in the library's loop on the trials of the seed; or an AbstractSpikingRNN or
        anything else with simulate(stimulus, stims), run trial by trial on the types of
        get_sample_trial_types(). Returns overall_accuracy, two_sided_accuracy (of outputs that are
        not beyond the threshold of the other side either), n_trials (of all types together),
        <type>_accuracy and <type>_trials. Raises ValueError, FileNotFoundError."""
        own = isinstance(spiking_rnn, LIFNetwork)
        if own or not hasattr(spiking_rnn, "simulate"):
            from ._evaluation import evaluated
            model = as_model(spiking_rnn)
            params = spiking_rnn.params() if own else spiking_params(model)
            return evaluated(model, self._library_task(), params, n_trials, seed)
        if whole(n_trials, "n_trials") < 1:
            raise ValueError("n_trials is %s; expected 1 or more" % (n_trials,))
        types = self.get_sample_trial_types()
        correct, two_sided = {}, 0
        for name in types or ["trial"]:
            trials = (self.generate_stimulus(*([name] if types else [])) for _ in range(n_trials))
            verdicts = [_verdict(self.evaluate_trial(spiking_rnn, u, label)) for u, label in trials]
            correct[name] = sum(verdict[0] for verdict in verdicts)
            two_sided += sum(verdict[0] and not verdict[3] > 0 for verdict in verdicts)
        result = performance({name: (n_trials, n) for name, n in correct.items()})
        return dict(result, two_sided_accuracy=two_sided / result["n_trials"])

    def create_plots_directory(self, base_dir: str) -> str:
        """The folder plots in base_dir, made where it is missing."""
        folder = os.path.join(base_dir, "plots")
        os.makedirs(folder, exist_ok=True)
        return folder

    def create_visualization(self, results: Any, save_dir: str) -> List[str]:
        """Figures of a task's results in <save_dir>/plots; returns their files.

        results: what evaluate_task returned, drawn by the library with gnuplot, where that is not
        installed with matplotlib; or a list of what evaluate_trial returned, of which the first of
        every trial type (of a task of your own: of every label; of Mante: of every context and
        label) is drawn with matplotlib. Where they are missing: a warning, and no figure."""
        folder = self.create_plots_directory(save_dir)
        if isinstance(results, Mapping):
            from ._evaluation import draw
            model = as_model(results["model"])
            task = model.task(settings=self.settings) if isinstance(self, LibrarySpikingTask) \
                else self._library_task()
            return draw(model, task, spiking_params(model, results["scaling_factor"]), folder)
        first: Dict[str, Dict[str, Any]] = {}
        for result in results:
            first.setdefault(self._kind_of(result), result)
        return _plot_trials(first, folder)

    def _kind_of(self, result: Dict[str, Any]) -> str:
        """The name by which figures group a trial."""
        return str(result["label"])

    def _library_task(self) -> Task:
        types = list(self.get_sample_trial_types())

        def stimulus(type_: int) -> Tuple[np.ndarray, Any]:
            return self.generate_stimulus(*types[type_:type_ + 1])

        def trial(type_: int) -> Tuple[np.ndarray, np.ndarray]:
            u, label = stimulus(type_)
            return u, self.generate_target(label)

        def score(type_: int, response: Any) -> Tuple[bool, float, float, float]:
            u, label = stimulus(type_)
            return _verdict(self.evaluate_trial(Replay(response, int(self.settings["T"])), u, label))
        return custom_task(self, types, trial, score, self.name)


class Replay:
    """A trial that the library has simulated, in the place of a network: simulate() gives its
    output, on the spiking network's time steps for the rate network's output, too."""

    def __init__(self, response: Any, T: int) -> None:
        out, per_step = response.out.T, response.samples_per_step
        if response.network == c.SRNN_RATE:
            per_step = STEPS_PER_RATE_STEP
            held = np.repeat(out, per_step, axis=1)
            out = np.pad(held, ((0, 0), (0, T * per_step - held.shape[1])), "edge")
        self._output = out[0] if len(out) == 1 else out
        dt, nt = RATE_STEP_S / per_step, out.shape[1]
        self._params = {"dt": dt, "nt": nt, "T": nt * dt}

    def simulate(self, stimulus: np.ndarray, stims: Any = None) -> Tuple:
        """None, None, output, params."""
        return None, None, self._output, dict(self._params)


def performance(types: Dict[str, Tuple[int, int]]) -> Dict[str, Any]:
    """The dict of an evaluation, from {type: (trials, correct)}, with all keys of older scripts."""
    trials, correct = _sums(types.values())
    result = {"overall_accuracy": correct / trials, "n_trials": trials, "total_trials": trials,
              "Correct trials": correct, "Incorrect trials": trials - correct,
              "Total trials": trials}
    for name, (n, right) in dict(types, **_contexts(types)).items():
        result["%s_accuracy" % name] = right / n if n else float("nan")
        result["%s_trials" % name] = n
        if re.match(r"[+-]{2}$", name):
            result["%s_count" % name] = n
    return result


def _sums(counts: Iterable[Tuple[int, int]]) -> Tuple[int, int]:
    trials, correct = zip(*counts)
    return sum(trials), sum(correct)


def _contexts(types: Dict[str, Tuple[int, int]]) -> Dict[str, Tuple[int, int]]:
    """Mante's types (1++ ... 2--), which begin with their context, by context: color, motion."""
    if not all(re.match(r"[12][+-]{2}$", name) for name in types):
        return {}
    return {context: _sums(counts for name, counts in types.items() if name[0] == str(index + 1))
            for context, index in ManteTask.contexts.items()}


def _verdict(result: Any) -> Tuple[bool, float, float, float]:
    """(correct, value, margin, other_side) of what evaluate_trial gave."""
    if not isinstance(result, Mapping):
        result = {"correct": result}
    correct = bool(result["correct"])
    margin = float(result.get("margin", 1 if correct else -1))
    return correct, float(result.get("value", correct)), margin, float(result.get("other_side", 0))


# ---- the library's ----

class LibrarySpikingTask(AbstractSpikingTask):
    """A built-in task, or a file (.json, .so), by name."""
    rate_class = LibraryTask

    def __init__(self, settings: Optional[Dict[str, Any]] = None, name: str = "") -> None:
        self.name = name or self.name
        super().__init__(settings)

    def get_default_settings(self) -> Dict[str, Any]:
        """The library's."""
        return Task.named(self.name).settings

    def validate_settings(self) -> None:
        """Raises ValueError where a setting is out of range."""
        self._rate = self.rate_class(self.settings, self.name)

    def get_sample_trial_types(self) -> List[str]:
        """All trial types."""
        return list(self._rate._current().type_names)

    def label_of(self, type_: int) -> Any:
        """Of a trial type, by its index."""
        return self._rate.label_of(type_)

    def generate_stimulus(self, trial_type: Optional[str] = None) -> Tuple[np.ndarray, Any]:
        """(u n_in x (T + 1), label) of a trial. Raises ValueError on an unknown trial_type."""
        task, key_ = self._rate._current(), new_trial()
        trial = task.trial(key_, self._rate._type_of(key_, trial_type), task.T + 1)
        return trial.u.astype(float), self.label_of(trial.type)

    def generate_target(self, label: Any) -> np.ndarray:
        """z (T-1,), with several outputs n_out x (T-1)."""
        return self._rate.generate_target(label)

    def evaluate_trial(self, spiking_rnn: Any, stimulus: np.ndarray,
                       label: Any) -> Dict[str, Any]:
        """A trial by the library's criterion: a dict of stimulus, label, spikes, voltages, output,
        params, correct, value (what the criterion looks at), margin and other_side (how far it was
        beyond the threshold of the other side; 0 or less: not); predicted, the label whose criterion
        the output meets (None: it meets none, as where it stays between the thresholds);
        output_mean, of the whole trial, and decision_output, of the time in which the task looks
        for an answer (with several outputs: a mean of each).

        spiking_rnn: an object with simulate(stimulus, stims), or a model as LIF_network_fnc takes
        it, with its own scaling factor."""
        spikes, voltages, output, params = _simulated(spiking_rnn, stimulus)
        label = text_of(label)
        task, rows = self._rate._current(), np.atleast_2d(np.asarray(output, float))
        per_step = RATE_STEP_S / float(np.squeeze(params["dt"]))

        def score(answer: Any) -> Any:
            return task.score(key(0, c.SRNN_DOMAIN_USER, 0), self._rate.type_with(answer), rows.T,
                              c.SRNN_SPIKING, per_step)
        own = score(label)
        labels = [label] + [self.label_of(i) for i in range(len(task.type_names))]
        onset = min(int(round(task.response_on[c.SRNN_SPIKING] * per_step)), rows.shape[1] - 1)
        return {"stimulus": stimulus, "label": label, "spikes": spikes, "voltages": voltages,
                "output": output, "params": params, "correct": bool(own.correct),
                "value": own.value, "margin": own.margin, "other_side": own.other_side,
                "predicted": next((answer for answer in labels if score(answer).correct), None),
                "output_mean": _mean(rows), "decision_output": _mean(rows[:, onset:])}

    def _kind_of(self, result: Dict[str, Any]) -> str:
        """The trial type: of those with this label the one whose stimulus is nearest."""
        task, u, label = self._rate._current(), result.get("stimulus"), result["label"]
        types = [i for i, name in enumerate(task.type_names) if label in (name, self.label_of(i))]
        if not types or np.ndim(u) != 2 or len(u) != task.n_in:
            return str(label)

        def distance(type_: int) -> float:
            own = task.trial(key(0, c.SRNN_DOMAIN_USER, 0), type_, np.shape(u)[1]).u
            return float(np.square(own - u).sum())
        return task.type_names[min(types, key=distance)]

    def _library_task(self) -> Task:
        own = all(getattr(type(self), name).__module__ == __name__
                  for name in ("generate_stimulus", "generate_target", "evaluate_trial"))
        return self._rate._current() if own else super()._library_task()


class _GoNogoByName(GoNogoTask):
    def label_of(self, type_: int) -> str:
        return self._task.type_names[type_]


class GoNogoSpikingTask(LibrarySpikingTask):
    """Impulse control; labels `go` and `nogo`. See rate.GoNogoTask."""
    name, rate_class = "go-nogo", _GoNogoByName


class XORSpikingTask(LibrarySpikingTask):
    """Two stimuli of +1 or -1, `same` or `diff`. See rate.XORTask."""
    name, rate_class = "xor", XORTask


class ManteSpikingTask(LibrarySpikingTask):
    """Context-dependent integration; labels 1 and -1. See rate.ManteTask."""
    name, rate_class = "mante", ManteTask

    def get_sample_trial_types(self) -> List[str]:
        """The contexts: color, motion."""
        return list(ManteTask.contexts)

    def _kind_of(self, result: Dict[str, Any]) -> str:
        type_ = super()._kind_of(result)
        contexts = [context for context, index in ManteTask.contexts.items()
                    if re.match(r"%d[+-]{2}$" % (index + 1), type_)]
        return "_".join(contexts + [str(result["label"])])


class SpikingTaskFactory(TaskRegistry):
    """Tasks by name."""
    _base = AbstractSpikingTask
    _registry: Dict[str, type] = {"go_nogo": GoNogoSpikingTask, "xor": XORSpikingTask,
                                  "mante": ManteSpikingTask}

    @classmethod
    @renamed(name="task_name")
    def create_task(cls, task_name: str,
                    settings: Optional[Dict[str, Any]] = None) -> AbstractSpikingTask:
        """By name ('-' and '_' are the same), or by the file of a task (.json, .so); settings win
        over the task's own. Raises ValueError, FileNotFoundError."""
        task_class = cls.registered(task_name)
        return task_class(settings) if task_class else \
            LibrarySpikingTask(settings, str(text_of(task_name)))


def task_for(model: Model, task: Any, settings: Optional[Dict[str, Any]] = None) -> Task:
    """As that of rate.tasks; a task may also be of this package."""
    return rate_task_for(model, task, settings, (SpikingTaskFactory, TaskFactory))


def _mean(rows: np.ndarray) -> Any:
    """Of one output a number, of several an array."""
    means = rows.mean(axis=1)
    return float(means[0]) if means.size == 1 else means


def _simulated(network: Any, stimulus: np.ndarray) -> Tuple:
    """spikes, voltages, output, params of a trial."""
    if hasattr(network, "simulate"):
        return network.simulate(stimulus, {"mode": "none"})
    from .LIF_network_fnc import LIF_network_fnc
    _, voltages, spikes, _, _, output, params = LIF_network_fnc(
        network, None, stimulus, {"mode": "none"}, record=("v", "spikes"))
    return spikes, voltages, output, params


def _plot_trials(results: Dict[str, Dict[str, Any]], folder: str) -> List[str]:
    """Raster and output of trials, by the names of their pictures."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        warnings.warn("no figure drawn: matplotlib is not installed (pip install matplotlib)")
        return []
    from .plot import raster
    files = []
    for name, result in results.items():
        dt, output = float(np.squeeze(result["params"]["dt"])), np.atleast_2d(result["output"])
        figure = Figure(figsize=(7, 6), constrained_layout=True)
        FigureCanvasAgg(figure)
        axes = figure.subplots(2 if result.get("spikes") is not None else 1, squeeze=False)[:, 0]
        axes[0].set_title(name)
        axes[-1].plot(1e3 * dt * np.arange(1, output.shape[1] + 1), output.T)
        axes[-1].set(xlabel="time (ms)", ylabel="output")
        if len(axes) > 1:
            raster(result["spikes"], axes[0], dt=dt)
        files.append(os.path.join(folder, "%s.png" % name.replace(os.sep, "_")))
        figure.savefig(files[-1])
    return files
