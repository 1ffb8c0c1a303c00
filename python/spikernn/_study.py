"""Many networks as one thing: a study of the library, and any networks in one table."""
import collections
import json
import os
from collections.abc import Mapping
from ctypes import POINTER, byref, c_uint64

from . import _declarations as c
from ._access import Access, callback, held, using
from ._arrays import text
from ._call import call, context, long_call, refuse_in_callback
from ._checks import encoded, number, truth, whole
from ._experiment import plain
from ._handles import Model, _Handle, owned_text
from ._library import lib

STATES = ("left", "finished", "not_trained", "failed")  # by srnn_network_state
STAGES = ("train", "convert", "evaluate")

StudyEvent = collections.namedtuple("StudyEvent", "kind condition seed state sentence done total "
                                                  "in_flight not_trained failed per_hour left_s")
StudyEvent.__doc__ = """kind: "network" (one is finished or failed) or "progress" (now and then, also
after each network); condition, seed, state ("finished", "not_trained" or "failed") and sentence (why
it is not finished, else ""): of that network, else None; done, total, in_flight, not_trained, failed:
networks of this call, with those of earlier ones; per_hour, left_s: nan as long as not known."""


def _shard(value):
    """(k, n) of that, or of "k/n"."""
    parts = value.split("/") if isinstance(value, str) else value
    try:
        k, n = (int(part) if isinstance(part, str) else whole(part, "shard") for part in parts)
    except (TypeError, ValueError):
        k, n = 0, 0
    if not 1 <= k <= n:
        raise ValueError("shard is %r; expected (k, n) or 'k/n' with k from 1 to n" % (value,))
    return k, n


def _seeds(value):
    """As the program has them: "1:5,9"."""
    if isinstance(value, str):
        return value.encode()
    listed = value if hasattr(value, "__iter__") else [value]
    return ",".join(str(whole(seed, "seeds", c_uint64)) for seed in listed).encode()


def _options(shard, seeds, max_hours=None, retry=False):
    options = lib.srnn_study_options_default()
    options.retry = truth(retry, "retry")
    if shard is None:
        call(lib.srnn_study_shard_of_environment, byref(options))
    else:
        options.shard, options.n_shards = _shard(shard)
    if seeds is not None:
        options.seeds = _seeds(seeds)
    if max_hours is not None:
        options.max_hours = number(max_hours, "max_hours")
        if not options.max_hours >= 0:
            raise ValueError("max_hours is %g; expected a number, 0 or above" % options.max_hours)
    return options


def _opened(source, folder):
    """The library's study; where it cannot be opened, it is freed."""
    out = POINTER(c.srnn_study)()
    folder = None if folder is None else encoded(folder)
    try:
        if isinstance(source, Mapping):
            words = json.dumps(source, default=plain, indent=1, ensure_ascii=False)
            call(lib.srnn_study_open_text, words.encode("utf-8", "surrogatepass"), folder, byref(out))
        else:
            call(lib.srnn_study_open, None if source is None else encoded(source), folder, byref(out),
                 path=source)
    except BaseException:
        lib.srnn_study_free(out)
        raise
    return out


class Study(_Handle):
    """Many networks as one thing: conditions, each with all seeds; nothing is run yet.

    source: a study file, the same as a dict, or the folder of a study. folder: of the results, made
    by run(); None: runs/NAME, after the study's name. Names of files in a dict are looked for in the
    current folder; the folder gets the dict as study.json. What the folder holds of this study is
    taken. Raises ValueError (a mistake, with the line of the file or of study.json; the folder holds
    another study, or results of another version's numerics), FileNotFoundError, OSError."""
    _free = staticmethod(lib.srnn_study_free)

    def __init__(self, source, folder=None):
        self._as_parameter_ = None
        self.access = Access("study")
        if not isinstance(source, Mapping) and os.path.isdir(encoded(source)):
            if folder is not None:
                raise ValueError("folder is %s, but %s is a folder itself; expected one of them"
                                 % (folder, source))
            source, folder = None, source
        super().__init__(_opened(source, folder))
        if folder is None:
            folder = os.path.join("runs", self.name)
            of_file, self._as_parameter_ = self._as_parameter_, None
            lib.srnn_study_free(of_file)
            super().__init__(_opened(source, folder))
        self.folder = os.fsdecode(encoded(folder))

    # ---- what it holds ----

    def reading(self):
        """For a with statement around what reads the library's memory."""
        return using({self.access: False})

    @property
    def name(self):
        with self.reading():
            return text(lib.srnn_study_get(self).name)

    @property
    def record(self):
        """All that is known, as `spikernn study status --json` prints it (docs/json.md, study)."""
        with self.reading(), context() as ctx:
            view = lib.srnn_study_get(self)
            return json.loads(owned_text(lib.srnn_study_json(ctx, byref(view))))

    @property
    def conditions(self):
        """Of each a dict: name; options, those in which conditions differ; networks, n (finished or
        failed), finished, not_trained, failed, left; measures, by name: n, mean, sd, median,
        interval, and where networks of at least a value are counted reached, share,
        share_interval."""
        return self.record["conditions"]

    @property
    def networks(self):
        """Of each a dict: condition (its name), seed, key (its folder in networks/), state ("left",
        "finished", "not_trained" or "failed"), sentence (why), values (of the measures, by name);
        eval_first, eval_every, eval_loss, eval_accuracy: its learning curve; scaling_factors,
        factor_accuracy: its search."""
        record = self.record
        names = [condition["name"] for condition in record["conditions"]]
        measures = [measure["name"] for measure in record["measures"]]
        return [dict(network, condition=names[network["condition"]],
                     values=dict(zip(measures, network["values"]))) for network in record["networks"]]

    def table(self, name="network"):
        """A list of dicts, one a row, None where a cell is empty: pandas.DataFrame(study.table()).
        name: "network" (a row each), "condition", "measure" (condition, seed, measure, value) or
        "version"."""
        tables = POINTER(c.srnn_table)()
        call(lib.srnn_study_tables, self, byref(tables))
        try:
            by_name = {text(tables[i].name): tables[i] for i in range(c.SRNN_STUDY_TABLES)}
            if name not in by_name:
                raise ValueError("there is no table %r; expected one of %s"
                                 % (name, ", ".join(by_name)))
            return json.loads(owned_text(lib.srnn_table_json(byref(by_name[name]))))
        finally:
            lib.srnn_study_tables_free(tables)

    def save_table(self, path):
        """By the ending: .csv or .json (the table of networks), .sqlite or .db (all tables)."""
        call(lib.srnn_study_save_table, self, encoded(path),
             path=os.path.dirname(os.path.abspath(path)))

    def model(self, condition, seed):
        """A network, loaded from the folder, with the search of its condition, and its operating
        point or its refitted readout where it has one. Raises ValueError where there is no such
        network, FileNotFoundError where its file is not there (yet)."""
        with self.reading():
            view = lib.srnn_study_get(self)
            names = [text(view.conditions[i].name) for i in range(view.n_conditions)]
            if condition not in names:
                raise ValueError("condition is %r; expected one of %s"
                                 % (condition, ", ".join(names)))
            wanted = names.index(condition), whole(seed, "seed", c_uint64)
            for i in range(view.n_networks):
                network = view.networks[i]
                if (network.condition, network.seed) == wanted:
                    folder = os.path.join(self.folder, "networks", text(network.key))
                    return Model._new(lib.srnn_study_load_model, self, i,
                                      path=os.path.join(folder, "model.mat"))
        raise ValueError("seed is %d; expected one of the study" % wanted[1])

    def refresh(self):
        """Reads what other processes have added to the folder since."""
        call(lib.srnn_study_refresh, self)

    # ---- running ----

    def plan(self, shard=None, seeds=None, retry=False, timed=True):
        """What run() would do: networks; stages, all, and left, to be computed, as {"train",
        "convert", "evaluate"}; hours to compute them on one core, and bytes of model files, estimated
        from a few trials of each condition, None with timed=False."""
        refuse_in_callback(self.access)
        out = c.srnn_study_plan()
        with using({self.access: True}):
            long_call(lib.srnn_study_plan_of, self, byref(_options(shard, seeds, retry=retry)),
                      truth(timed, "timed"), byref(out))
        return {"networks": out.networks, "stages": dict(zip(STAGES, out.stages)),
                "left": dict(zip(STAGES, out.left)), "hours": out.hours if timed else None,
                "bytes": out.bytes if timed else None}

    def run(self, *, threads=None, shard=None, seeds=None, max_hours=None, retry=False, on_event=None):
        """Trains, converts and evaluates what is left. Returns True; False where on_event or
        max_hours stopped it. The same call goes on, and any number of processes may work on one
        folder.

        threads: networks at a time, each on one core (0: all; None: as set_threads says). shard:
        (k, n) or "k/n", every n-th network from the k-th on (None: from SLURM or mpirun where they
        run this process, else all). seeds: only these, a list or "1:5". retry: those that failed,
        again. max_hours: stops after so long (0: only reads what is recorded). on_event: is called with each StudyEvent; returns True to stop. What it raises, and
        Ctrl-C, come out when trainings are saved. A network that fails is an event and a row."""
        raised = []

        def show(_user, _study, event):
            try:
                if on_event is not None and not raised:
                    with callback(held()):
                        return bool(on_event(self._event(event.contents)))
            except BaseException as exception:  # C cannot carry it
                raised.append(exception)
            return bool(raised)

        options = _options(shard, seeds, max_hours, retry)
        threads = None if threads is None else whole(threads, "threads")
        stopped = long_call(lib.srnn_study_run, self, byref(options), c.srnn_study_fn(show), None,
                            partial=True, threads=threads)
        if raised:
            raise raised[0]
        return not stopped

    def _event(self, e):
        kind, of_network = "progress", (None,) * 4
        if e.kind == c.SRNN_STUDY_NETWORK:
            view = lib.srnn_study_get(self)
            network = view.networks[e.network]
            kind = "network"
            of_network = (text(view.conditions[network.condition].name), network.seed,
                          STATES[e.state], text(e.sentence))
        return StudyEvent(kind, *of_network, e.done, e.total, e.in_flight, e.not_trained, e.failed,
                          e.per_hour, e.left_s)


def study(source, folder=None, *, threads=None, shard=None, seeds=None, max_hours=None, retry=False,
          on_event=None):
    """Runs the study and returns it: Study(source, folder), then its run()."""
    opened = Study(source, folder)
    opened.run(threads=threads, shard=shard, seeds=seeds, max_hours=max_hours, retry=retry,
               on_event=on_event)
    return opened


def compare(*paths, measure=None):
    """Any networks in one table, as `spikernn compare --json` has it (docs/json.md, compare): a dict.

    paths: folders of runs, folders of studies, model files, or folders with any of these below them.
    measure: names, or ends of names, of numbers in the records, a list or with commas between;
    "all"; None: the usual ones. Raises FileNotFoundError, OSError, ValueError."""
    runs = POINTER(c.srnn_runs)()
    wanted = measure if measure is None or isinstance(measure, str) else ",".join(measure)
    call(lib.srnn_runs_create, byref(runs))
    try:
        for path in paths:
            long_call(lib.srnn_runs_add, runs, encoded(path), path=path)
        long_call(lib.srnn_runs_compare, runs, None if wanted is None else wanted.encode())
        with context() as ctx:
            return json.loads(owned_text(lib.srnn_runs_json(ctx, runs)))
    finally:
        lib.srnn_runs_free(runs)
