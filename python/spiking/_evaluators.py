"""Names of older scripts that run one trial at a time: a network of a file and its scaling factor,
and evaluators, which know a task's trials and its criterion."""
from typing import Any, Dict, List, Optional, Tuple

from rate.tasks import GoNogoTask, ManteTask, XORTask
from spikernn import Model, Registry, number, renamed, text_of
from ._evaluation import model_paths
from ._network import spiking_params
from .abstract import LIFNetwork, SpikingConfig
from .tasks import SpikingTaskFactory


def _setting(name: str) -> property:
    """A setting of .config under its older name."""
    return property(lambda self: getattr(self.config, name),
                    lambda self, value: setattr(self.config, name, value))


class LIFNetworkAdapter(LIFNetwork):
    """The spiking network of a file (or a dict, or an FR_RNN_dale) with a scaling factor."""

    def __init__(self, model_path: Any, scaling_factor: Optional[float] = None) -> None:
        super().__init__(model_path, SpikingConfig(scaling_factor=scaling_factor))
        self.model_path = model_path

    scaling_factor = _setting("scaling_factor")
    downsample = _setting("downsample")
    use_initial_weights = _setting("use_initial_weights")


@renamed(model_dir="model_path")
def load_model_and_scaling_factor(model_path: Any,
                                  optimal_scaling_factor: Optional[float] = None
                                  ) -> Tuple[str, float]:
    """(a model's file, the scaling factor to use), which it also prints. model_path: a file, or a
    folder, of which the first .mat file by name. optimal_scaling_factor None: the file's. Raises
    ValueError, FileNotFoundError."""
    path = model_paths(model_path, None)[0]
    print("Using model file: %s" % path)
    if optimal_scaling_factor is not None:
        factor = number(optimal_scaling_factor, "optimal_scaling_factor")
        print("Using provided scaling factor: %g" % factor)
        return path, factor
    try:
        params = spiking_params(Model.load(path), conversion="scaling-factor")
    except ValueError as error:
        raise ValueError("%s: %s" % (path, error)) from None
    factor = params.conversion.scaling_factor
    print("Using scaling factor from model: %g" % factor)
    return path, factor


# ---- evaluators ----

class _Evaluator:
    def evaluate_single_trial(self, model_path: Any, scaling_factor: Any,
                              model_data: Any = None) -> int:
        """1 where the spiking network is correct in a random trial, by the library's criterion,
        else 0. model_data: the network itself instead of its file, as load_rate_model gives it.
        Raises ValueError, FileNotFoundError."""
        network = LIFNetworkAdapter(model_path if model_data is None else model_data,
                                    scaling_factor)
        return _single_trial(SpikingTaskFactory.create_task(self.name, self.settings), network)


class GoNogoSpikingEvaluator(_Evaluator, GoNogoTask):
    """rate.GoNogoTask, and its trials in a spiking network."""


class XORSpikingEvaluator(_Evaluator, XORTask):
    """rate.XORTask, and its trials in a spiking network."""


class ManteSpikingEvaluator(_Evaluator, ManteTask):
    """rate.ManteTask, and its trials in a spiking network."""


class SpikingEvaluatorFactory(Registry):
    """Evaluators by name. A class of yours in _registry is used by evaluate_single_trial(),
    evaluate_task() and lambda_grid_search():
    cls(settings).evaluate_single_trial(model_path, scaling_factor)."""

    _registry: Dict[str, type] = {"go_nogo": GoNogoSpikingEvaluator, "xor": XORSpikingEvaluator,
                                  "mante": ManteSpikingEvaluator}

    @classmethod
    def create_evaluator(cls, task_name: str, settings: Optional[Dict[str, Any]] = None) -> Any:
        """By name, in which '-' and '_' are the same. Raises ValueError."""
        evaluator = cls.registered(task_name)
        if evaluator is None:
            raise ValueError("the evaluator '%s' is unknown; the known ones are: %s"
                             % (text_of(task_name), ", ".join(cls._registry)))
        return evaluator(settings)

    @classmethod
    def list_available_tasks(cls) -> List[str]:
        return list(cls._registry)


def own_evaluator(task_name: Any) -> Optional[type]:
    """The class of this name that is not the library's."""
    found = SpikingEvaluatorFactory.registered(task_name)
    return None if found is None or found.__module__ == __name__ else found


@renamed(trial_params="settings")
def evaluate_single_trial(task_name: Any, model_path: Any = None, scaling_factor: Any = None,
                          settings: Optional[Dict[str, Any]] = None, model_data: Any = None) -> int:
    """1 where the spiking network is correct in a random trial, else 0. settings None or empty: the
    file's. model_data: the network itself instead of its file.

    In the order of the first versions, as one tuple for multiprocessing.Pool.map, or as five
    arguments: model_path, scaling_factor, task_name, use_initial_weights, downsample. Raises
    ValueError, FileNotFoundError."""
    initial, downsample = False, 1
    if isinstance(text_of(scaling_factor), str):
        task_name = (task_name, model_path, scaling_factor, settings, model_data)
        settings = model_data = None
    if isinstance(task_name, (tuple, list)):
        if len(task_name) != 5:
            raise ValueError("the trial is %r; expected (model_path, scaling_factor, task_name, "
                             "use_initial_weights, downsample)" % (task_name,))
        model_path, scaling_factor, task_name, initial, downsample = task_name
    evaluator = own_evaluator(task_name)
    if evaluator is not None:
        return int(evaluator({} if settings is None else settings).evaluate_single_trial(
            model_path, scaling_factor))
    network = LIFNetworkAdapter(model_path if model_data is None else model_data, scaling_factor)
    network.use_initial_weights, network.downsample = initial, downsample
    if not settings:
        settings = network.model.task(task_name).settings
    return _single_trial(SpikingTaskFactory.create_task(task_name, settings), network)


def _single_trial(task: Any, network: LIFNetwork) -> int:
    stimulus, label = task.generate_stimulus()
    return int(task.evaluate_trial(network, stimulus, label)["correct"])
