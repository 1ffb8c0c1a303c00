"""Calls into the library: contexts, exceptions, progress, Ctrl-C.

call() is for calls that are over soon, long_call() for those that report progress. Both put the
context before the arguments and turn another status than SRNN_OK into an exception whose text is
the library's sentence."""
import collections
import contextlib
import os
import signal
import threading
from ctypes import POINTER, byref

from . import _declarations as c
from ._access import callback, held, using
from ._checks import whole
from ._library import lib

Progress = collections.namedtuple("Progress", "phase done total before loss accuracy elapsed_s")
Progress.__doc__ = """What a progress callback gets: the phase ("train", "search", ...), trials
done, trials at most, those done before the call began, mean loss and accuracy of the latest
evaluation (nan where there is none), and seconds since the call began."""


class Stopped(Exception):
    """A progress callback asked a call to stop that has no result so far."""


class ProgramMissing(RuntimeError):
    """Another program that is needed, gnuplot, is not there."""


# ---- contexts ----

class _Context:
    def __init__(self, threads):
        options = lib.srnn_ctx_options_default()
        options.threads = self.threads = threads
        self._as_parameter_ = POINTER(c.srnn_ctx)()
        status = lib.srnn_ctx_create(byref(options), byref(self._as_parameter_))
        if status:
            raise _EXCEPTIONS[status](self.message())

    def message(self):
        return lib.srnn_ctx_message(self).decode("utf-8", "replace") if self._as_parameter_ else ""

    def __del__(self):
        lib.srnn_ctx_free(self)


_idle = threading.local()  # .contexts: those of this thread that no call is using
_threads = 0


def set_threads(threads=0):
    """How many threads share trials and networks from now on; 0: all processors. The number never
    changes a result. Raises ValueError where it is out of range."""
    global _threads
    _threads = _Context(whole(threads, "threads")).threads


_forked = False  # this process is the child of a fork


def _after_fork():
    """OpenMP's threads stay behind with the parent, and the child would wait for them for good: it
    computes on one. Processes of a pool are as many anyway."""
    global _forked
    _forked = True
    _idle.__dict__.pop("contexts", None)


os.register_at_fork(after_in_child=_after_fork)


@contextlib.contextmanager
def context(threads=None):
    """A context for one call, of so many threads (None: as set_threads says). A call inside
    another's callback gets one of its own."""
    threads = 1 if _forked else _threads if threads is None else threads
    idle = _idle.__dict__.setdefault("contexts", [])
    taken = idle.pop() if idle else None
    if taken is None or taken.threads != threads:
        taken = _Context(threads)
    try:
        yield taken
    finally:
        idle.append(taken)


# ---- exceptions ----

_EXCEPTIONS = {
    c.SRNN_ERR_NO_MEMORY: MemoryError,
    c.SRNN_ERR_ARGUMENT: ValueError,
    c.SRNN_ERR_FILE: OSError,
    c.SRNN_ERR_FORMAT: ValueError,
    c.SRNN_ERR_NUMERIC: FloatingPointError,
    c.SRNN_ERR_PROGRAM: ProgramMissing,
    c.SRNN_CANCELLED: Stopped,
}


def _exception(status, message, path):
    kind = _EXCEPTIONS[status]
    if status == c.SRNN_ERR_FILE and path is not None and not os.path.exists(path):
        kind = FileNotFoundError
    return kind(message or lib.srnn_status_name(status).decode())


def refuse_in_callback(access):
    """RuntimeError where the call that this code runs in holds it."""
    if access in held():
        raise RuntimeError("the %s is in use by the call that this callback belongs to; expected "
                           "another one, or this one when that call has returned" % access.what)


@contextlib.contextmanager
def _holding(function, arguments):
    """Networks and studies among the arguments are held, by this call alone where it changes them, and a task in
    Python, also that of an experiment. It serves one call at a time: what its callbacks raise comes
    out here."""
    changing = function.__name__ in c.CHANGING
    guarded = [a.access for a in arguments if hasattr(a, "access")]
    tasks = [a for a in (getattr(a, "task_held", a) for a in arguments) if hasattr(a, "serving")]
    if changing:
        for access in guarded:
            refuse_in_callback(access)
    wanted = {access: changing for access in guarded}
    wanted.update((task.one_call, True) for task in tasks)
    with using(wanted) as now, contextlib.ExitStack() as served:
        for task in tasks:
            served.enter_context(task.serving(now))
        yield now


def call(function, *arguments, path=None, threads=None):
    """function(context, *arguments). path: the file that a file error is about; threads: of this
    call, None: as set_threads says."""
    with _holding(function, arguments), context(threads) as ctx:
        status = function(ctx, *arguments)
        message = ctx.message() if status else ""
    if status:
        raise _exception(status, message, path)


# ---- calls that take long ----

class _Watch:
    """Progress, and whatever is raised meanwhile, of one call."""

    def __init__(self, progress):
        self.progress, self.raised = progress, None
        self.as_callback = c.srnn_progress_fn(self.report)

    def report(self, _user, values):
        try:
            if self.raised is None and self.progress is not None:
                v = values.contents
                with callback(self.held):
                    return bool(self.progress(Progress(v.phase.decode(), v.done, v.total, v.before,
                                                       v.loss, v.accuracy, v.elapsed_s)))
        except BaseException as raised:  # C cannot carry it: long_call() raises it
            self.raised = self.raised or raised
        return self.raised is not None

    @contextlib.contextmanager
    def interrupts(self):
        """What the signal handler raises (KeyboardInterrupt) is kept until the call has come to its
        end: raised between two lines of a callback it would be lost."""
        handler = signal.getsignal(signal.SIGINT)
        main = threading.current_thread() is threading.main_thread()
        if not main or not callable(handler):
            yield
            return

        def keep(number, frame):
            try:
                handler(number, frame)
            except BaseException as raised:
                self.raised = self.raised or raised

        signal.signal(signal.SIGINT, keep)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)


def long_call(function, *arguments, progress=None, partial=False, path=None, threads=None):
    """As call(), with progress(Progress), which may return True to stop. Ctrl-C and what progress
    or a task raises come out once the call has stopped; partial: it then holds what it had reached,
    and a stop by progress is no error. Returns whether it was stopped."""
    watch = _Watch(progress)
    with _holding(function, arguments) as watch.held, context(threads) as ctx:
        lib.srnn_ctx_set_progress(ctx, watch.as_callback, None)
        try:
            with watch.interrupts():
                status = function(ctx, *arguments)
        finally:
            lib.srnn_ctx_set_progress(ctx, c.srnn_progress_fn(), None)
        message = ctx.message() if status else ""
    if watch.raised is not None:
        raise watch.raised
    if status and not (partial and status == c.SRNN_CANCELLED):
        raise _exception(status, message, path)
    return status == c.SRNN_CANCELLED
