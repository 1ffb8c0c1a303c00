"""The thin layer between Python and the C library of spikernn, under the packages rate and spiking.

README.md beside this package says how it works and how to add to it. Names of the C API are in
`c` (structs, constants) and `lib` (functions)."""
from . import _declarations as c
from ._access import Access, alone, carried, held, using
from ._arrays import (array, copy, doubles, flags, floats, integers, pointer, raw, reals, row, shown,
                      text, text_of, to_numpy, view)
from ._call import Progress, ProgramMissing, Stopped, call, context, long_call, set_threads
from ._custom import CustomTask
from ._checks import (choice, choices, device, encoded, known_names, made_of, mapping, number, renamed,
                      share, taus_of, truth, warn, whole)
from ._handles import (SETTINGS, Model, Response, Task, Trial, as_dict, fill, key, out_path, task_of,
                       task_settings)
from ._experiment import Event, Experiment
from ._study import Study, StudyEvent, compare, study
from ._registry import NetworkRegistry, Registry, TaskRegistry, folded
from ._library import free, lib
from ._variables import model_of

__version__ = c.SRNN_VERSION
