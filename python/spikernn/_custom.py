"""A task written in Python, for the library's own loops."""
import contextlib
import ctypes
import threading
from ctypes import byref, c_char_p, POINTER

import numpy as np

from . import _declarations as c
from ._access import Access, callback as callback_of, using
from ._arrays import array, copy
from ._call import call
from ._checks import choice
from ._handles import Response, Task, task_settings
from ._library import lib

_FIELDS = dict(c.srnn_task_def._fields_)
_numpy = threading.RLock()  # numpy's global generator is one for all threads


class CustomTask(Task):
    """A task whose trials come from three functions. They get a seed, not a stream of numbers: what
    they draw from numpy.random, which stands at this seed during the call and is set back
    afterwards, is the same for the same trial on any number of threads.

        draw_type(seed) -> index of a trial type
        generate(type, seed, columns) -> u (n_in, columns), z (n_out, columns)
        score(type, seed, response) -> correct, value, margin, or these and other_side (how far
            the output was beyond the threshold of the other side, 0 or less: not); seed: that of
            generate. response: network (SRNN_RATE or SRNN_SPIKING), out (samples, n_out),
            samples_per_step, struct

    input_names, input_units, output_names and output_units are what figures and tables say, a text
    for each channel or output; parameters: numbers of the task by name, which reports show; preset:
    the one that suits a network for the task, which `run` takes where none is given.

    What they raise ends the call that needs them and comes out of it: of several trials with an
    exception that of the first, on any number of threads."""

    def __init__(self, name, n_in, n_out, T, draw_type, generate, score, type_names=("trial",),
                 labels=None, stim_on=0, stim_off=None, min_trials=0, response_on=(0, 0),
                 settings=None, input_names=None, input_units=None, output_names=None,
                 output_units=None, parameters=None, preset="standard"):
        self.failures, self.one_call, self.in_call = [], Access(), {}
        types, own = len(type_names), dict(parameters or {})
        definition = c.srnn_task_def(
            name=name.encode(), n_in=n_in, n_out=n_out, T=T, n_types=types,
            input_names=_names(input_names, n_in, "input_names"),
            input_units=_names(input_units, n_in, "input_units"),
            output_names=_names(output_names, n_out, "output_names"),
            output_units=_names(output_units, n_out, "output_units"),
            type_names=_names(type_names, types, "type_names"),
            n_parameters=len(own), parameter_names=_names(own, len(own), "parameters"),
            parameters=(ctypes.c_double * len(own))(*own.values()),
            labels=(ctypes.c_double * types)(*(labels if labels is not None else range(types))),
            stim_on=stim_on, stim_off=T if stim_off is None else stim_off, min_trials=min_trials,
            preset=choice(preset, "preset"),
            response_on=tuple(response_on), settings=task_settings(settings, own_names=True))

        def guarded(field, function):
            """A callback that keeps what the function raises and says so to the library, which ends
            the call when all trials before this one have run."""
            def callback(_user, *arguments):
                rng = arguments[0 if field == "draw_type" else 1]
                trial = lib.srnn_rng_trial(rng)
                if all(earlier > trial for earlier, _ in self.failures):
                    try:
                        with callback_of(self.in_call):
                            return function(*arguments)
                    except BaseException as raised:
                        self.failures.append((trial, raised))
                lib.srnn_rng_fail(rng)
                return 0
            as_c = _FIELDS[field](callback)
            setattr(definition, field, as_c)
            return as_c

        def on_draw_type(rng):
            index = _seeded(rng, draw_type)
            if not 0 <= index < types:
                raise ValueError("task %s: draw_type gave %r; expected 0 to %d"
                                 % (name, index, types - 1))
            return int(index)

        def on_generate(type_, rng, columns, u, z):
            inputs, target = _seeded(rng, generate, type_, columns=columns)
            for memory, values, rows, what in ((u, inputs, n_in, "u"), (z, target, n_out, "z")):
                checked = array(values, np.float32, (rows, columns), "task %s: %s" % (name, what))
                flat = np.ascontiguousarray(checked.T)
                ctypes.memmove(memory, flat.ctypes.data, flat.nbytes)

        def on_score(type_, rng, response, result):
            r = response.contents
            seen = Response(r.network, copy(r.out, (r.n, r.n_out)), r.samples_per_step, r)
            correct, value, margin, *other_side = _seeded(rng, score, type_, response=seen)
            result.contents.correct = bool(correct)
            result.contents.value, result.contents.margin = float(value), float(margin)
            result.contents.other_side = float(*other_side)

        self._callbacks = (guarded("draw_type", on_draw_type), guarded("generate", on_generate),
                           guarded("score_into", on_score))
        out = POINTER(c.srnn_task)()
        call(lib.srnn_task_create, byref(definition), byref(out))
        super().__init__(out)

    def _score(self, key_, type_, response):
        with using({self.one_call: True}) as now, self.serving(now):
            return super()._score(key_, type_, response)

    @contextlib.contextmanager
    def serving(self, holding):
        """For the time of a call, which holds this: then raises what the callbacks raised."""
        before = self.in_call, self.failures
        self.in_call, self.failures = holding, []
        try:
            yield
        finally:
            failures = self.failures
            self.in_call, self.failures = before
        if failures:
            raise min(failures, key=lambda failure: failure[0])[1]


def _names(names, n, what):
    """char *[n]; None: NULL."""
    if names is None:
        return None
    given = [str(name).encode() for name in names]
    if len(given) != n:
        raise ValueError("%s has %d names; expected %d" % (what, len(given), n))
    return (c_char_p * n)(*given)


def _seeded(rng, function, *leading, **named):
    """function(type?, seed, ...) with numpy.random at a seed from the library's stream."""
    seed = int(lib.srnn_rng_uniform(rng) * 2 ** 32)
    with _numpy:
        kept = np.random.get_state()
        np.random.seed(seed)
        try:
            return function(*leading, seed, **named)
        finally:
            np.random.set_state(kept)
