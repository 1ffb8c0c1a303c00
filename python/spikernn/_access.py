"""Which calls use a network at a time: one that changes it, or several that read it; the others
wait, and the one that came first is the next. A callback belongs to the call that it came from, on
whichever thread the library runs it."""
import collections
import contextlib
import functools
import os
import threading

_here = threading.local()  # .held: {Access: whether to change it}; .callback: inside of one


def held():
    """What the call that this code runs in holds."""
    return getattr(_here, "held", {})


def _in_callback():
    return getattr(_here, "callback", False)


@contextlib.contextmanager
def callback(of, really=True):
    """The code inside belongs to a call that holds `of`; really: it is a callback of that call."""
    before = held(), _in_callback()
    _here.held, _here.callback = of, really
    try:
        yield
    finally:
        _here.held, _here.callback = before


def carried(function):
    """For threads that work for the code that runs here: they hold what it holds."""
    of, really = held(), _in_callback()

    def called(*arguments):
        with callback(of, really):
            return function(*arguments)
    return called


class Access:
    """Guards one object. what: as sentences call it."""

    def __init__(self, what="network"):
        self.what = what
        self._left = threading.Condition()
        self._waiting = collections.deque()  # in the order in which they came
        self._readers, self._changing, self._process = 0, False, os.getpid()

    def __reduce__(self):
        """A copy of the guarded object has its own guard."""
        return Access, (self.what,)

    def _take(self, change):
        if self._process != os.getpid():  # the threads that held it stayed with the parent
            self.__init__(self.what)
        with self._left:
            if _in_callback():  # whoever holds it may wait for this call
                if not self._free(change):
                    raise RuntimeError("the %s is in use by another thread; expected one that is "
                                       "free where a callback uses it" % self.what)
            else:
                self._wait(change)
            self._changing = change
            self._readers += not change

    def _free(self, change):
        return not self._changing and not (change and self._readers)

    def _wait(self, change):
        turn = object()
        self._waiting.append(turn)
        try:
            while self._waiting[0] is not turn or not self._free(change):
                self._left.wait()
        finally:
            self._waiting.remove(turn)
            self._left.notify_all()  # the next may be another reader

    def _leave(self, change):
        with self._left:
            self._readers -= not change
            self._changing = self._changing and not change
            self._left.notify_all()


@contextlib.contextmanager
def using(wanted):
    """Holds every Access of a dict {Access: whether to change it} that is not held already."""
    before, taken = held(), []
    try:
        for access in sorted(wanted, key=id):
            if access not in before:
                access._take(wanted[access])
                taken.append(access)
        _here.held = {**before, **{access: wanted[access] for access in taken}}
        yield _here.held
    finally:
        _here.held = before
        for access in taken:
            access._leave(wanted[access])


def alone(method):
    """A method of an object with an _access: other threads that call such a method of it wait."""
    @functools.wraps(method)
    def guarded(self, *arguments, **named):
        with using({self._access: True}):
            return method(self, *arguments, **named)
    return guarded
