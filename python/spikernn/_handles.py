"""Networks and tasks of the library, each freed with its Python object."""
import collections
import ctypes
import numbers
import os
import tempfile
import warnings
from ctypes import POINTER, byref, c_char_p, cast

import numpy as np

from . import _declarations as c
from ._access import Access, using
from ._arrays import array, copy, flags, pointer, shown, text, text_of, view
from ._call import call
from ._checks import choice, choices, encoded, known_names, mapping, number, taus_of, truth, whole
from ._library import free, lib

#: fields whose values have names -> the option that has the names
_NAMED = {"activation": "act", "loss": "loss_fn",
          **{name: name for name in ("w_dist", "w_gradient", "adam", "criterion", "neuron",
                                     "precision", "conversion")}}
_REALS = (ctypes.c_double, ctypes.c_float)
_WHOLES = (ctypes.c_int, ctypes.c_uint, ctypes.c_int64, ctypes.c_uint64, ctypes.c_size_t,
           ctypes.c_int32, ctypes.c_uint8)


_SUBJECTS = (c.srnn_conversion_params, c.srnn_neuron_params)


def _fields(struct):
    """{name: (struct, field, type)}. The fields of a subject inside are named as if they were the
    struct's own, and its first one as the subject: neuron is neuron.model."""
    fields = {}
    for name, kind in struct._fields_:
        if kind in _SUBJECTS:
            inside = getattr(struct, name)
            for i, (field, inner) in enumerate(kind._fields_):
                fields[field if i else name] = inside, field, inner
        elif name != "size":
            fields[name] = struct, name, kind
    return fields


def fill(struct, values):
    """Sets fields of a struct by name, those of a struct inside by a dict. Where an option's values
    have names the value may be one. Raises ValueError on another name."""
    fields = _fields(struct)
    for name, value in values.items():
        if name not in fields:
            raise ValueError("the option '%s' is unknown; expected one of %s"
                             % (name, ", ".join(fields)))
        owner, field, kind = fields[name]
        if kind in _REALS:
            value = number(value, name)
        elif kind in _WHOLES:
            named = name in _NAMED and not isinstance(value, numbers.Integral)
            value = choice(value, _NAMED[name], name) if named else whole(value, name, kind)
        elif kind is ctypes.c_bool:
            value = truth(value, name)
        elif isinstance(value, dict):
            value = fill(getattr(owner, field), value)
        try:
            setattr(owner, field, value)
        except TypeError:
            inside = issubclass(kind, ctypes.Structure)
            raise ValueError("%s is %s; expected %s" % (
                name, shown(value), "a dict" if inside else kind.__name__)) from None
    return struct


def as_dict(struct):
    """The fields of a struct that are plain numbers, truths or texts."""
    return {name: value for name, value in ((f[0], getattr(struct, f[0])) for f in struct._fields_)
            if isinstance(value, (bool, int, float))}


def out_path(function, *arguments, path=None):
    """A call whose last parameter receives a text that the caller frees."""
    out = c_char_p()
    call(function, *arguments, byref(out), path=path)
    try:
        return os.fsdecode(out.value)
    finally:
        free(cast(out, ctypes.c_void_p))


def owned_text(data):
    """The text at an address that the library gave for its caller to free."""
    if not data:
        raise MemoryError("out of memory")
    try:
        return text(ctypes.string_at(data))
    finally:
        free(data)


class _Handle:
    """Owns a pointer of the library; stands for it in calls."""
    _free = None

    def __init__(self, pointer_):
        self._as_parameter_ = pointer_

    def __del__(self):
        if getattr(self, "_as_parameter_", None):
            self._free(self._as_parameter_)


class Model(_Handle):
    """A network. Arrays come as copies in Python's shapes: w[post, pre] (so that w @ r is the input
    to the units), w_in (N, n_in), w_out (n_out, N). Threads may share it: calls that change it wait
    for each other and for those that read it."""
    _free = staticmethod(lib.srnn_model_free)
    # in the library's order, and the shape here
    _ARRAYS = (("w", "post pre"), ("w_in", "N n_in"), ("w_out", "n_out N"), ("b_out", "n_out"),
               ("taus_gaus", "N"), ("w0", "post pre"), ("w_in0", "N n_in"), ("taus_gaus0", "N"),
               ("inh", "N"), ("som", "N"), ("som_m", "post pre"), ("w_fixed", "post pre"))
    _FLAGS = ("inh", "som", "som_m", "w_fixed")

    def __init__(self, pointer_):
        super().__init__(pointer_)
        self.access = Access()

    def reading(self):
        """For a with statement around what reads the library's memory."""
        return using({self.access: False})

    @classmethod
    def _new(cls, function, *arguments, path=None):
        out = POINTER(c.srnn_model)()
        call(function, *arguments, byref(out), path=path)
        return cls(out)

    @classmethod
    def create(cls, **params):
        """Drawn from a seed; params: fields of srnn_model_params."""
        values = dict(params)
        struct = lib.srnn_model_params_default()
        if "taus" in values:
            struct.n_taus, struct.taus = taus_of(values.pop("taus"))
        return cls._new(lib.srnn_model_create, byref(fill(struct, values)))

    @classmethod
    def from_arrays(cls, **values):
        """A network from w (post, pre), w_in, w_out, b_out, inh, ... as in srnn_model_view."""
        view, held = cls._view(values)
        model = cls._new(lib.srnn_model_from_view, byref(view))
        del held
        return model

    def copy(self):
        """The same network, without its records."""
        params = self.params
        return self.from_arrays(apply_dale=params.apply_dale, taus=self.taus, DeltaT=params.DeltaT,
                                activation=self.activation, **self.arrays())

    @classmethod
    def load(cls, path):
        """A .mat or .pth file, by what it is. Raises FileNotFoundError, OSError, ValueError."""
        return cls._new(lib.srnn_model_load, encoded(path), path=path)

    def save(self, path):
        """.pth where the name ends so, else .mat."""
        path = text_of(path)
        pth = str(path).lower().endswith(".pth")
        call(lib.srnn_model_save_pth if pth else lib.srnn_model_save, self, encoded(path),
             path=os.path.dirname(os.path.abspath(path)))

    @staticmethod
    def _shape(words, sizes):
        return tuple(sizes["N" if word in ("post", "pre") else word] for word in words.split())

    @classmethod
    def _view(cls, values, n_in=None, n_out=None, N=None):
        """(srnn_model_view, the arrays that it points to). Plain fields may be given besides arrays. A size that
        is not given is that of the first array that has it."""
        view, held = c.srnn_model_view(), {}
        w = values["w"]
        N = (np.shape(w)[0] if np.ndim(w) else 0) if N is None else N
        sizes = {"N": N, "n_in": n_in, "n_out": n_out}
        for name, words in cls._ARRAYS:
            if values.get(name) is None:
                continue
            shape = cls._shape(words, sizes)
            # the library's order is the transpose of ours: no copy where ours is a view of such
            if name in cls._FLAGS:
                held[name] = flags(values[name], shape, name, "F").T
            else:
                held[name] = array(values[name], np.float32, shape, name, "F").T
            for word, size in zip(words.split(), held[name].shape[::-1]):
                if sizes.get(word, 0) is None:
                    sizes[word] = size
            setattr(view, name, pointer(held[name]))
        view.N, view.n_in, view.n_out = sizes["N"], sizes["n_in"] or 0, sizes["n_out"] or 0
        view.apply_dale = truth(values.get("apply_dale", True), "apply_dale")
        view.n_taus, view.taus = taus_of(values.get("taus", (4, 20)))
        view.DeltaT = number(values.get("DeltaT", 1), "DeltaT")
        return fill(view, {"activation": values.get("activation", 0)}), held

    def set_weights(self, **values):
        """w, w_in, w_out, b_out, taus_gaus, w0, w_in0, taus_gaus0, taus, DeltaT, activation."""
        own = self.view
        view, held = self._view(values, own.n_in, own.n_out, own.N)
        call(lib.srnn_model_set_weights, self, byref(view))
        del held

    def set_masks(self, apply_dale, **values):
        """apply_dale, inh, som, som_m; an array that is not given stays as it is."""
        view = c.srnn_model_view(apply_dale=apply_dale)
        held = {name: flags(value, (self.view.N,) * np.ndim(value), name, "F").T
                for name, value in values.items()}
        for name, value in held.items():
            setattr(view, name, pointer(value))
        call(lib.srnn_model_set_masks, self, byref(view))

    def arrays(self):
        """{name: copy}; w_fixed is None where every weight learns."""
        with self.reading():
            return {name: None if own is None else own.T.copy(order="K")
                    for name, own in self._own(dict(self._ARRAYS))}

    def differs(self, values):
        """Whether one of the arrays of floats, as arrays() gives them, is another in the library."""
        with self.reading():
            return not all(np.array_equal(own.T, values[name]) for name, own in self._own(values))

    def _own(self, names):
        """(name, the library's own array, the transpose of ours) of each: valid until the model
        changes."""
        v = lib.srnn_model_get_view(self)
        sizes = {"N": v.N, "n_in": v.n_in, "n_out": v.n_out}
        for name, words in self._ARRAYS:
            if name in names:
                yield name, view(getattr(v, name), self._shape(words, sizes)[::-1], self)

    def __reduce__(self):
        """Copies and pickles are .pth files: the weights as they are, and the optimizer's state."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.pth")
            self.save(path)
            with open(path, "rb") as file:
                return _unpickled, (file.read(),)

    @property
    def view(self):
        """srnn_model_view; its pointers are valid until the model changes: reading()."""
        return lib.srnn_model_get_view(self)

    @property
    def params(self):
        """srnn_model_params."""
        return lib.srnn_model_get_params(self)

    @property
    def taus(self):
        params = self.params
        return list(params.taus)[:params.n_taus]

    @property
    def activation(self):
        return choices("act")[self.params.activation]

    @property
    def task_name(self):
        return text(lib.srnn_model_task_name(self))

    def w_eff(self, initial=False):
        """N x N, [post, pre]: (relu(w) if Dale else w) * m o som_m; initial: of w0."""
        N = self.view.N
        result = np.empty((N, N), np.float32)
        with self.reading():
            lib.srnn_model_w_eff(self, initial, pointer(result))
        return result.T

    def tau_ms(self):
        """Synaptic decay of every unit, (N,)."""
        result = np.empty(self.view.N)
        with self.reading():
            lib.srnn_model_tau_ms(self, pointer(result))
        return result

    def task(self, name=None, settings=None):
        """The task it was trained on; name and settings win over the file's. Warns where it is
        guessed from the file's name."""
        out = POINTER(c.srnn_task)()
        call(lib.srnn_model_task, self, None if name is None else encoded(name),
             None if settings is None else byref(task_settings(settings)), byref(out))
        if name is None and lib.srnn_model_task_guessed(self):
            warnings.warn("the model names no task; guessed from the file's name: %s"
                          % self.task_name, stacklevel=2)
        return Task(out)

    def training(self):
        """The training record as a dict: numbers, and arrays as copies. eval_os is
        (eval_trials, T-1, n_out); x, r (N, T); u (n_in, T); target (n_out, T); o (n_out, T-1)."""
        with self.reading():
            return self._training()

    def _training(self):
        r, n = lib.srnn_model_get_training(self), self.view
        evals = (n.n_out, r.eval_T, r.eval_trials)
        shapes = {"losses": (r.n_losses,), "eval_tr": (r.n_evals,),
                  "eval_perf_curve": (r.n_evals,), "eval_loss_curve": (r.n_evals,),
                  "eval_os": evals, "eval_labels": (r.eval_trials,),
                  "x0": (r.T, n.N), "r0": (r.T, n.N), "x": (r.T, n.N), "r": (r.T, n.N),
                  "u": (r.T, n.n_in), "target": (r.T, n.n_out), "o": (max(r.T - 1, 0), n.n_out)}
        result = as_dict(r)
        for name, shape in shapes.items():
            values = copy(getattr(r, name), shape)
            result[name] = None if values is None else values.T
        return result

    def search(self):
        """The latest search for the scaling factor as a dict; n is 0 where there was none."""
        with self.reading():
            r = lib.srnn_model_get_search(self)
            return dict(as_dict(r), scaling_factors=copy(r.scaling_factors, (r.n,)),
                        all_perfs=copy(r.all_perfs, (r.n,)),
                        all_two_sided_perfs=copy(r.all_two_sided_perfs, (r.n,)), trials=copy(r.trials, (r.n,)),
                        settings=text(r.settings))


def _unpickled(data):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.pth")
        with open(path, "wb") as file:
            file.write(data)
        return Model.load(path)


SETTINGS = tuple(field[0] for field in c.srnn_task_settings._fields_)


_BESIDE = ("taus", "DeltaT", "task")  # what older scripts keep in the same dict


def task_settings(values, own_names=False):
    """srnn_task_settings of a dict; other names are left out: taus, DeltaT and task belong to the
    network, and own_names says that the task has more of its own. Else they are checked."""
    values = mapping(values, "settings")
    if not own_names:
        known_names(values, SETTINGS + _BESIDE, "settings")
    given = {name: values[name] for name in SETTINGS if values.get(name) is not None}
    struct = fill(lib.srnn_task_settings_default(), given)
    for name in given:  # below 0 would mean the default
        value = getattr(struct, name)
        if not 0 <= value < float("inf"):
            raise ValueError("%s is %g; expected 0 or more" % (name, value))
    return struct


Trial = collections.namedtuple("Trial", "u z type")
Response = collections.namedtuple("Response", "network out samples_per_step struct")


def key(seed, domain, trial):
    """srnn_trial_key. Raises ValueError on a seed outside 0 to 2^53."""
    seed = whole(seed, "seed", ctypes.c_int64)
    if not 0 <= seed <= c.SRNN_SEED_MAX:
        raise ValueError("seed is %d; expected 0 to 2^53" % seed)
    return c.srnn_trial_key(seed, domain, int(trial))


def task_of(value):
    """The Task of one, of an AbstractTask or of an AbstractSpikingTask; None: it is no task."""
    made = getattr(value, "_library_task", None)
    return made() if made and not isinstance(value, type) else None


class Task(_Handle):
    """A task of the library, built in or declared. See CustomTask for one in Python."""
    _free = staticmethod(lib.srnn_task_free)

    def __init__(self, pointer_):
        super().__init__(pointer_)
        d = lib.srnn_task_get_def(self).contents
        self.name, self.T, self.n_in, self.n_out = text(d.name), d.T, d.n_in, d.n_out
        self.input_names, self.input_units, self.output_names, self.output_units, self.type_names = (
            [text(names[i]) for i in range(n)]
            for names, n in ((d.input_names, d.n_in), (d.input_units, d.n_in),
                             (d.output_names, d.n_out), (d.output_units, d.n_out),
                             (d.type_names, d.n_types)))
        self.parameters = {text(d.parameter_names[i]): d.parameters[i]
                           for i in range(d.n_parameters)}
        self.labels = [d.labels[i] for i in range(d.n_types)]
        self.stim_on, self.stim_off, self.min_trials = d.stim_on, d.stim_off, d.min_trials
        self.decay_taus, self.response_on = list(d.decay_taus), list(d.response_on)
        self.preset = choices("preset")[d.preset]
        self.settings = {name: getattr(d.settings, name) for name in SETTINGS
                         if getattr(d.settings, name) >= 0}

    @classmethod
    def named(cls, name, settings=None):
        """A built-in task by name, or a file (.json, .so)."""
        out = POINTER(c.srnn_task)()
        call(lib.srnn_task_named, encoded(name), byref(task_settings(settings)), byref(out),
             path=name)
        return cls(out)

    def _library_task(self):
        return self

    def type_index(self, name):
        """Of a trial type; None: -1, a random one. Raises ValueError."""
        name = text_of(name)
        if name is None:
            return -1
        if name not in self.type_names:
            raise ValueError("the trial type is '%s'; task %s has %s"
                             % (name, self.name, ", ".join(self.type_names)))
        return self.type_names.index(name)

    def trial(self, key_, type_=-1, columns=None):
        """Trial(u (n_in, columns), z (n_out, columns), index of the type); columns: T or T + 1."""
        columns = columns or self.T
        u, z = (np.empty((columns, n), np.float32) for n in (self.n_in, self.n_out))
        drawn = ctypes.c_int()
        call(lib.srnn_task_trial, self, key_, type_, columns, pointer(u), pointer(z), byref(drawn))
        return Trial(u.T, z.T, drawn.value)

    def score(self, key_, type_, out, network=c.SRNN_RATE, samples_per_step=1.0):
        """srnn_score of an output (samples, n_out)."""
        held = array(out, np.float64, (None, self.n_out), "out")
        response = c.srnn_response(network, held.shape[0], self.n_out, pointer(held),
                                   samples_per_step)
        return self._score(key_, type_, byref(response))

    def _score(self, key_, type_, response):
        return lib.srnn_task_score(self, key_, type_, response)
