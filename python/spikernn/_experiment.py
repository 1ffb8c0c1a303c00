"""An experiment of the library: trained, converted, evaluated and diagnosed into one folder."""
import collections
import json
import os
from ctypes import POINTER, byref

import numpy as np

from . import _declarations as c
from ._arrays import text
from ._call import call, long_call
from ._checks import encoded
from ._handles import Model, _Handle, task_of
from ._library import lib

_OTHER_SUBJECTS = (c.SRNN_OF_RECORDING, c.SRNN_OF_FIGURES, c.SRNN_OF_LESION, c.SRNN_OF_FILES)
KINDS = ("begun", "done", "kept", "decided")  # by srnn_event_kind

Event = collections.namedtuple("Event", "kind stage code sentence result")
Event.__doc__ = """kind: "begun", "done", "kept" (done by an earlier run in the folder) or "decided";
stage: "training", "search", "operating point", "readout", "evaluation", "diagnosis",
"noise curve", "observation" or "components"; code and sentence: of a decision; result: what the
record has of a stage that is done or kept, else None."""


def plain(value):
    """For json: numpy's numbers and arrays as Python's."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, (tuple, set, range)):
        return list(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise ValueError("%r is no value of an option; expected a number, truth, text or list" % (value,))


def _check(options):
    """Are all of them an experiment's, and the numbers in them finite?"""
    for name, value in options.items():
        row = lib.srnn_option_named(encoded(name))
        other = row and row.contents.subject in _OTHER_SUBJECTS
        if other and row.contents.name != b"checkpoint_every":
            raise ValueError("the option '%s' is none of an experiment" % name)
        if isinstance(value, float) and not np.isfinite(value):
            raise ValueError("%s is %s; expected a finite number" % (name, value))


class Experiment(_Handle):
    """Everything about one network in one folder, as `spikernn run` has it (docs/experiment.md).

    task: a name, a file, or a task in Python: an AbstractTask of rate, an AbstractSpikingTask, a
    CustomTask. options: those of the program by name (N=200, seed=1, scaling_factors=[20, 30], ...).
    In a folder that holds this experiment already run() goes on where it ended; options may then be
    left out, and a task that is a name or a file (None). A task in Python is the same where its
    name, T, settings, inputs and outputs are: the folder does not keep its functions.
    Raises ValueError where an option is wrong or the folder holds another experiment, and what the
    task raises."""
    _free = staticmethod(lib.srnn_experiment_free)

    def __init__(self, task, folder, **options):
        self._as_parameter_ = None
        self.task_held = task_of(task)
        given = POINTER(c.srnn_options)()
        call(lib.srnn_options_create, byref(given))
        try:
            if task is not None and self.task_held is None:
                call(lib.srnn_options_set, given, b"task", encoded(task))
            _check(options)
            values = json.dumps(options, default=plain)
            call(lib.srnn_options_set_json, given, values.encode(), None)
            out = POINTER(c.srnn_experiment)()
            try:
                call(lib.srnn_experiment_open, given, self.task_held, encoded(folder), byref(out))
            finally:
                super().__init__(out)
        finally:
            lib.srnn_options_free(given)
        self.folder = os.fspath(folder)

    def run(self, on_event=None, progress=None):
        """Runs the stages that are left; the record, or None where progress(Progress) asked to stop.
        on_event: is called with each Event. Ctrl-C keeps what was reached."""
        raised = []

        def show(_user, _experiment, event):
            e = event.contents
            result = json.loads(text(e.json)) if e.json else None
            try:
                if on_event is not None and not raised:
                    on_event(Event(KINDS[e.kind], text(e.stage), text(e.code), text(e.sentence),
                                   result))
            except BaseException as exception:  # C cannot carry it
                raised.append(exception)

        def watch(values):
            return bool(raised) or (progress is not None and bool(progress(values)))

        stopped = long_call(lib.srnn_experiment_run, self, c.srnn_event_fn(show), None,
                            progress=watch, partial=True)
        if raised:
            raise raised[0]
        return None if stopped else self.record

    @property
    def record(self):
        """What the folder's summary.json has; {} before the first stage."""
        try:
            with open(os.path.join(self.folder, "summary.json"), encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    @property
    def learned(self):
        """Whether the training reached its criterion."""
        return bool(lib.srnn_experiment_learned(self))

    @property
    def model(self):
        """A Model loaded from the folder's model.mat."""
        return Model.load(os.path.join(self.folder, "model.mat"))
