"""The tasks: what a trial looks like and what the network should answer.

The built-in ones are the library's own, one definition for training, the search for the scaling
factor and evaluation. A subclass of AbstractTask is a task of your own that the same loops run."""
import inspect
import itertools
import numbers
import os
from abc import ABC, abstractmethod
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

import numpy as np

from spikernn import (SETTINGS, CustomTask, Model, Task, TaskRegistry, Trial, c, folded, key, lib,
                      mapping, reals, renamed, shown, task_of, text_of)
from ._random import trial_key

Seed = Union[bool, int, None]


def _asked(function: Any, **given: Any) -> Dict[str, Any]:
    """Of these arguments those that were asked for, and those that the function cannot do without:
    an older task may know only some of them."""
    known = inspect.signature(function).parameters
    return {name: value for name, value in given.items()
            if not (value is None or value is False)
            or (name in known and known[name].default is inspect.Parameter.empty)}


class AbstractTask(ABC):
    """A task with its settings, a dict: T, stim_on, stim_dur, ... in steps of 5 ms.

    A subclass gives validate_settings, generate_stimulus and generate_target, and may give
    trial_types and score_trial. Draw from numpy.random: in the library's loops it stands at a seed
    of the trial, so that training repeats itself on any number of threads."""

    #: Names of the trial types, each of which generate_stimulus(trial_type=...) then takes; None:
    #: generate_stimulus() draws them itself.
    trial_types: Optional[List[str]] = None

    #: What figures and tables call the channels and outputs, and their units, a text for each;
    #: None: "input 1" and so on, and no units.
    input_names: Optional[List[str]] = None
    input_units: Optional[List[str]] = None
    output_names: Optional[List[str]] = None
    output_units: Optional[List[str]] = None

    def __init__(self, settings: Optional[Dict[str, Any]] = None) -> None:
        self._given = settings is not None
        self.settings = mapping({} if settings is None else settings, "settings")
        self._fixed = itertools.count()
        self.validate_settings()

    @abstractmethod
    def validate_settings(self) -> None:
        """Raises ValueError where a setting is missing or out of range."""

    @abstractmethod
    def generate_stimulus(self, trial_type: Optional[str] = None,
                          seed: Seed = False) -> Tuple[np.ndarray, Any]:
        """(u, label): u n_in x T, and what the trial is, for generate_target.

        trial_type: None a random one. seed: False a new trial; True the next of a series that is
        the same in every run; a number always the same trial."""

    @abstractmethod
    def generate_target(self, label: Any, seed: Seed = False) -> np.ndarray:
        """z: (T-1,) or (T,) for one output, else n_out x (T-1) or n_out x T; z[k] is the target of
        the output after step k + 1."""

    def simulate_trial(self, trial_type: Optional[str] = None,
                       seed: Seed = False) -> Tuple[np.ndarray, np.ndarray, Any]:
        """(u, z, label) of one trial."""
        stimulus, label = self.generate_stimulus(
            **_asked(self.generate_stimulus, trial_type=trial_type, seed=seed))
        target = self.generate_target(label, **_asked(self.generate_target, seed=seed))
        return stimulus, target, label

    def score_trial(self, out: np.ndarray, target: np.ndarray,
                    label: Any) -> Tuple[bool, float, float]:
        """(correct, value, margin) of an output, as target n_out x (T-1), of either network at the
        end of every step. margin: signed distance to the criterion, above 0 where correct.

        As the built-in tasks: where a target is not 0 the output has to go beyond
        eval_amp_thresh (0.7) of it; where it is 0 all the time the output has to stay within 0.3
        after the stimulus."""
        threshold = float(self.settings.get("eval_amp_thresh", 0.7))
        after = int(self.settings.get("stim_on", 0)) + int(self.settings.get("stim_dur", 0))
        margins = []
        for o, z in zip(out, target):
            for sign in (1, -1):
                window = sign * z > 0
                if window.any():
                    beyond = float((sign * o / np.where(window, abs(z), 1))[window].max())
                    margins.append((beyond - threshold, sign * beyond))
            if not z.any():
                most = float(abs(o[after:]).max())
                margins.append((0.3 - most, most))
        margin, value = min(margins)
        return margin > 0, value, margin

    def score_other_side(self, out: np.ndarray, target: np.ndarray, label: Any) -> float:
        """How far the output was beyond eval_amp_thresh of minus its target where that is not 0;
        0 or less: not beyond. For the two-sided criterion. Where score_trial alone is overridden:
        0, for it may look at something else."""
        if type(self).score_trial is not AbstractTask.score_trial:
            return 0.0
        threshold = float(self.settings.get("eval_amp_thresh", 0.7))
        return max((float((-o / z)[z != 0].max()) - threshold
                    for o, z in zip(out, target) if z.any()), default=0.0)

    def _library_task(self) -> Task:
        types = list(self.trial_types or [])
        asked = _asked(self.generate_stimulus, trial_type=None, seed=False)
        asked_of_target = _asked(self.generate_target, seed=False)

        def trial(type_: int) -> Tuple[np.ndarray, np.ndarray, Any]:
            # older tasks that draw the type themselves do not take it as an argument
            typed = {"trial_type": types[type_]} if types else {}
            u, label = self.generate_stimulus(**dict(asked, **typed))
            return u, self.generate_target(label, **asked_of_target), label

        def score(type_: int, response: Any) -> Tuple[bool, float, float, float]:
            _, z, label = trial(type_)
            T, per_step = int(self.settings["T"]), response.samples_per_step
            ends = np.rint(np.arange(1, T) * per_step).astype(int) - 1
            seen = response.out[ends].T, rows_of(z, T - 1, T, "the target"), label
            correct, value, margin = self.score_trial(*seen)
            return correct, value, margin, self.score_other_side(*seen)
        return custom_task(self, types, lambda type_: trial(type_)[:2], score)


def library_task(task: Union[str, Task, AbstractTask], settings: Optional[Dict] = None) -> Task:
    """The library's task for a name, a file (.json, .so) or an AbstractTask. Raises ValueError."""
    made = task_of(task)
    if made and settings:
        raise ValueError("settings are given besides a task that has its own; expected one of them")
    if made:
        return made
    if not isinstance(text_of(task), str):
        raise ValueError("the task is %s; expected a name or an AbstractTask" % shown(task))
    return TaskFactory.create_task(task, settings or None)._library_task()


def task_for(model: Model, task: Any, settings: Optional[Dict] = None,
             factories: Optional[Tuple[type, ...]] = None) -> Task:
    """The library's task for a network. task: None the one it was trained on; a name or a file, with
    the settings of the training where that was on the same task; or a task of either package.
    settings win. Raises ValueError."""
    name = text_of(task)
    if task_of(task):
        return library_task(task, settings)
    if name is not None and not isinstance(name, (str, os.PathLike)):
        raise ValueError("the task is %s; expected a name or a task" % shown(task))
    for factory in factories or (TaskFactory,):
        task_class = factory.registered(name)
        if task_class and task_class.__module__ != factory.__module__:
            return task_class(settings)._library_task()
    return model.task(name, settings)


# ---- tasks of one's own ----

def rows_of(values: Any, columns: int, T: int, what: str) -> np.ndarray:
    """n x columns of rows of T - 1 to T + 1 numbers: the last one stays on."""
    rows = np.atleast_2d(reals(values, what))
    if rows.ndim != 2 or not T - 1 <= rows.shape[1] <= T + 1:
        raise ValueError("%s is of shape %s; expected rows of T = %d numbers"
                         % (what, np.shape(values), T))
    missing = max(columns - rows.shape[1], 0)
    return np.pad(rows, ((0, 0), (0, missing)), "edge")[:, :columns]


_NO_PARAMETERS = ("DeltaT", "min_trials") + SETTINGS


def custom_task(task: Any, types: List[str], trial: Callable, score: Callable,
                name: str = "") -> CustomTask:
    """The library's task of one of either package. trial(type) gives u and z, score(type, response)
    (correct, value, margin, other_side); types: none where the task draws them itself."""
    settings = task.settings
    name = name or str(text_of(settings.get("task")) or type(task).__name__)
    if "T" not in settings:
        raise ValueError("task %s: the settings lack T, the steps of a trial" % name)
    T = int(settings["T"])

    def generate(type_: int, seed: int, columns: int) -> List[np.ndarray]:
        return [rows_of(rows, columns, T, "task %s: the %s" % (name, what))
                for rows, what in zip(trial(type_), ("stimulus", "target"))]

    def draw_type(seed: int) -> int:
        return np.random.randint(len(types)) if types else 0

    kept = np.random.get_state()
    try:
        u, z = generate(0, 0, T)
    finally:
        np.random.set_state(kept)
    on = int(settings.get("stim_on", 0))
    off = on + int(settings.get("stim_dur", T - on))
    own = {key_: float(value) for key_, value in settings.items()
           if key_ not in _NO_PARAMETERS and isinstance(value, numbers.Real)
           and np.isfinite(value)}
    words = {key_: getattr(task, key_, None) for key_ in
             ("input_names", "input_units", "output_names", "output_units")}
    return CustomTask(name, len(u), len(z), T, draw_type, generate,
                      lambda type_, seed, response: score(type_, response),
                      type_names=types or ("trial",), stim_on=on, stim_off=off,
                      min_trials=int(settings.get("min_trials", 0)), response_on=(off, off),
                      settings=settings, parameters=own, **words)


# ---- the library's ----

class LibraryTask(AbstractTask):
    """A built-in task, or a file, by name. settings: None its own; a dict, even an empty one, has
    all of `needed`, and what else it has wins over the task's own. A misspelt name is refused."""
    name = ""                        # in the library
    needed: Tuple[str, ...] = ()     # settings that a dict must have
    contexts: Dict[str, int] = {}    # older names of trial types -> index of their context

    def __init__(self, settings: Optional[Dict[str, Any]] = None, name: str = "") -> None:
        self.name = name or self.name
        super().__init__(settings)

    def validate_settings(self) -> None:
        """Raises ValueError where a setting is missing or out of range."""
        missing = [setting for setting in self.needed if self._given
                   and self.settings.get(setting) is None]
        if missing:
            raise ValueError("the settings lack %s; task %s needs %s"
                             % (missing[0], self.name, ", ".join(self.needed)))
        self._task = Task.named(self.name, self.settings)

    def _current(self) -> Task:
        """The settings may have changed since: it is the dict of the caller."""
        self._task = Task.named(self.name, self.settings)
        return self._task

    def _type_of(self, key_, trial_type: Optional[str]) -> int:
        trial_type = text_of(trial_type)
        if trial_type not in self.contexts:
            return self._task.type_index(trial_type)
        drawn, half = self._task.trial(key_).type, len(self._task.type_names) // 2
        return drawn % half + half * self.contexts[trial_type]

    def label_of(self, type_: int) -> Any:
        """What generate_target() takes, for a trial type."""
        return int(self._task.labels[type_])

    def generate_stimulus(self, trial_type: Optional[str] = None,
                          seed: Seed = False) -> Tuple[np.ndarray, Any]:
        """(u n_in x T, label) of a trial. Raises ValueError on an unknown trial_type."""
        task, key_ = self._current(), trial_key(seed, self._fixed)
        trial = task.trial(key_, self._type_of(key_, trial_type))
        return trial.u.astype(float), self.label_of(trial.type)

    def generate_target(self, label: Any, seed: Seed = False) -> np.ndarray:
        """z (T-1,), with several outputs n_out x (T-1), for a label or the name of a trial type.
        Raises ValueError on another."""
        type_ = self.type_with(label)
        return self._target(self._task.trial(key(0, c.SRNN_DOMAIN_USER, 0), type_))

    def type_with(self, label: Any) -> int:
        """The first trial type of this name or label. Raises ValueError."""
        names, label = self._current().type_names, text_of(label)
        labels = [self.label_of(i) for i in range(len(names))]
        if np.size(label) == 1:
            for i, known in enumerate(zip(names, labels)):
                if label in known:
                    return i
        raise ValueError("the label is %s; task %s has %s" % (
            shown(label), self._task.name, ", ".join(map(str, dict.fromkeys(labels)))))

    def simulate_trial(self, trial_type: Optional[str] = None,
                       seed: Seed = False) -> Tuple[np.ndarray, np.ndarray, Any]:
        """(u, z, label) of one trial."""
        task, key_ = self._current(), trial_key(seed, self._fixed)
        trial = task.trial(key_, self._type_of(key_, trial_type))
        return trial.u.astype(float), self._target(trial), self.label_of(trial.type)

    def _target(self, trial: Trial) -> np.ndarray:
        z = trial.z[:, :-1].astype(float)
        return z[0] if len(z) == 1 else z

    def _library_task(self) -> Task:
        own = all(getattr(type(self), name).__module__ == __name__
                  for name in ("generate_stimulus", "generate_target", "score_trial"))
        return self._current() if own else super()._library_task()


class GoNogoTask(LibraryTask):
    """Impulse control: 1 input, on for stim_dur steps from stim_on in `go` trials (label 1), silent
    in `nogo` (label 0); target 1 after the stimulus of go. Settings: T, stim_on, stim_dur."""
    name, needed = "go-nogo", ("T", "stim_on", "stim_dur")


class XORTask(LibraryTask):
    """Two stimuli of +1 or -1, one after the other on two inputs; target +1 where they are the
    `same`, -1 where they `diff`er. Trial types ++ +- -+ --. Settings: T, stim_on, stim_dur,
    delay."""
    name, needed = "xor", ("T", "stim_on", "stim_dur", "delay")

    def label_of(self, type_: int) -> str:
        return "same" if self._task.labels[type_] > 0 else "diff"


class ManteTask(LibraryTask):
    """Context-dependent integration: two noisy inputs (modalities) and two that say which of them
    counts; target the sign of its offset (label 1 or -1). Trial types: the context and both signs
    (1++ ... 2--); `color` and `motion` are the contexts 1 and 2. Settings: T, stim_on, stim_dur."""
    name, needed = "mante", ("T", "stim_on", "stim_dur")
    contexts = {"color": 0, "motion": 1}


class TaskFactory(TaskRegistry):
    """Tasks by name."""
    _base = AbstractTask
    _registry: Dict[str, type] = {"go_nogo": GoNogoTask, "xor": XORTask, "mante": ManteTask}

    @classmethod
    @renamed(name="task_name")
    def create_task(cls, task_name: str, settings: Optional[Dict[str, Any]] = None) -> AbstractTask:
        """By name ('-' and '_' are the same), or by the file of a task (.json, .so). settings None:
        the task's own. Raises ValueError, FileNotFoundError."""
        task_name = text_of(task_name)
        if not isinstance(task_name, (str, os.PathLike)):
            raise ValueError("the task is %s; expected a name" % shown(task_name))
        name, task_class = os.fspath(task_name), cls.registered(task_name)
        if task_class:
            return task_class(settings)
        for built_in in _built_in():
            if folded(built_in) == folded(name):
                return LibraryTask(settings, built_in)
        if name.endswith((".json", ".so")) or "/" in name:
            return LibraryTask(settings, name)
        raise ValueError("task '%s' is unknown; the known ones are: %s" % (name, ", ".join(
            dict.fromkeys(map(folded, cls.list_available_tasks() + _built_in())))))


def _built_in() -> List[str]:
    """The names of the library's tasks."""
    names = (lib.srnn_task_name_at(i) for i in itertools.count())
    return [name.decode() for name in itertools.takewhile(bool, names)]


# ---- the functions of older scripts ----

def generate_input_stim_go_nogo(settings: Dict[str, Any],
                                seed: Seed = False) -> Tuple[np.ndarray, int]:
    """(u 1 x T, label 1 go or 0 nogo) of a random trial; seed as in AbstractTask."""
    return GoNogoTask(settings).generate_stimulus(seed=seed)


def generate_input_stim_xor(settings: Dict[str, Any],
                            seed: Seed = False) -> Tuple[np.ndarray, str]:
    """(u 2 x T, label 'same' or 'diff') of a random trial; seed as in AbstractTask."""
    return XORTask(settings).generate_stimulus(seed=seed)


def generate_input_stim_mante(settings: Dict[str, Any],
                              seed: Seed = False) -> Tuple[np.ndarray, int]:
    """(u 4 x T, label 1 or -1) of a random trial; seed as in AbstractTask."""
    return ManteTask(settings).generate_stimulus(seed=seed)


def generate_target_continuous_go_nogo(settings: Dict[str, Any], label: int,
                                       seed: Seed = False) -> np.ndarray:
    """z (T-1,) for the label 1 or 0."""
    return GoNogoTask(settings).generate_target(label, seed=seed)


def generate_target_continuous_xor(settings: Dict[str, Any], label: str,
                                   seed: Seed = False) -> np.ndarray:
    """z (T-1,) for the label 'same' or 'diff'."""
    return XORTask(settings).generate_target(label, seed=seed)


def generate_target_continuous_mante(settings: Dict[str, Any], label: int,
                                     seed: Seed = False) -> np.ndarray:
    """z (T-1,) for the label 1 or -1."""
    return ManteTask(settings).generate_target(label, seed=seed)
