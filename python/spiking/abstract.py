"""Settings of a spiking network, base classes, one implementation of each, and a factory."""
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Dict, Optional, Tuple

import numpy as np

from spikernn import Model, NetworkRegistry, device, made_of, number
from ._network import as_model, network_of, spiking_params
from .LIF_network_fnc import LIF_network_fnc, Result
from .utils import format_spike_data


@dataclass
class SpikingConfig:
    """Times in s, voltages in mV. dt is the simulation's own, which downsample lengthens."""
    N: int = 200
    dt: float = 5e-5
    downsample: int = 1
    scaling_factor: Optional[float] = 50
    tref: float = 0.002
    tm: float = 0.010
    vreset: float = -65
    vpeak: float = -40
    tr: float = 0.002
    use_initial_weights: bool = False
    device: str = "cpu"

    def options(self) -> Dict[str, Any]:
        """Keywords of LIF_network_fnc beside the scaling factor."""
        return {"downsample": self.downsample, "use_initial_weights": self.use_initial_weights,
                "v_reset_mv": self.vreset, "v_peak_mv": self.vpeak,
                **{name + "_ms": 1e3 * number(getattr(self, name), name)
                   for name in ("tref", "tm", "tr")}}


def validate_spiking_config(config: SpikingConfig) -> None:
    """Raises ValueError where the library would not simulate such a network."""
    step = SpikingConfig.__dataclass_fields__["dt"].default
    device(config.device)
    if number(config.dt, "dt") != step:
        raise ValueError("dt is %s; expected %g s, the simulation's step, which downsample "
                         "lengthens" % (config.dt, step))
    factor = 1 if config.scaling_factor is None else config.scaling_factor  # None: the file's
    model = Model.create(N=config.N)
    network_of(model, spiking_params(model, factor, **config.options()))


def create_default_spiking_config(**overrides: Any) -> SpikingConfig:
    """SpikingConfig with these fields instead of the defaults. Raises ValueError."""
    config = made_of(SpikingConfig, overrides)
    validate_spiking_config(config)
    return config


# ---- a spiking network ----

class AbstractSpikingRNN(ABC):
    """What a spiking network of one's own offers: a subclass gives load_rate_weights and simulate.
    With simulate() it can be given to evaluate_performance() of a task."""

    def __init__(self, config: SpikingConfig) -> None:
        self.config, self.N, self.device = config, config.N, config.device

    @abstractmethod
    def load_rate_weights(self, model_path: Any) -> None:
        """Takes the trained network."""

    def initialize_lif_params(self) -> None:
        """For subclasses that prepare their units; here nothing: .config has the parameters."""

    @abstractmethod
    def simulate(self, stimulus: Any, stims: Optional[Dict[str, Any]] = None) -> Tuple:
        """One trial of an input, n_in x C: spikes (N x nt), voltages (N x nt), output, params with
        dt (s) and nt."""

    def compute_firing_rates(self, spikes: Any) -> np.ndarray:
        """(N,) Hz, of spikes N x nt in the steps of .config. Raises ValueError."""
        return format_spike_data(spikes, self.config.dt * self.config.downsample)["firing_rates"]

    def display(self) -> None:
        """Prints the settings."""
        print("Spiking network of %d units" % self.N)
        for name in self.config.__dataclass_fields__:
            print("\t%s: %s" % (name, getattr(self.config, name)))


class LIFNetwork(AbstractSpikingRNN):
    """LIF units with the weights of a trained network (a path, dict or FR_RNN_dale: .model).

    config None: the defaults, and the scaling factor of the network's own search. Its copy of
    the settings, .config, may be changed between trials. Raises as LIF_network_fnc."""

    def __init__(self, model: Any, config: Optional[SpikingConfig] = None) -> None:
        super().__init__(replace(config or SpikingConfig(scaling_factor=None)))
        self.load_rate_weights(model)

    def load_rate_weights(self, model_path: Any) -> None:
        """Another trained network: a path, dict or FR_RNN_dale."""
        self.model = as_model(model_path)
        self.N = self.config.N = self.model.view.N

    def params(self, **options: Any) -> Any:
        """srnn_spiking_params of the settings; options: keywords of LIF_network_fnc."""
        return spiking_params(self.model, self.config.scaling_factor,
                              **dict(self.config.options(), **options))

    def simulate(self, stimulus: Any, stims: Optional[Dict[str, Any]] = None,
                 **options: Any) -> Tuple:
        """spikes, voltages, output, params of a trial; options as for simulate_trial()."""
        _, voltages, spikes, _, _, output, params = self.simulate_trial(
            stimulus, stims, **dict({"record": ("v", "spikes")}, **options))
        return spikes, voltages, output, params

    def simulate_trial(self, u: Any, stims: Optional[Dict[str, Any]] = None,
                       **options: Any) -> Result:
        """W, REC, spk, rs, all_fr, out, params of LIF_network_fnc; options: its keywords."""
        return LIF_network_fnc(self.model, self.config.scaling_factor, u, stims,
                               **dict(self.config.options(), **options))

    run = simulate_trial

    def evaluate(self, task: Any = None, n_trials: int = 100, *, settings: Optional[Dict] = None,
                 seed: int = 0, balanced: bool = False, **options: Any) -> Dict[str, Any]:
        """Over random trials of a task (balanced: n_trials of each type), the same as those of
        `spikernn eval` with this seed.

        task: a name, a task of either package or a file; None: the one it was trained on, as the
        same name with its settings, too. options:
        keywords of LIF_network_fnc. Returns a dict: n_trials, overall_accuracy (0 to 1),
        two_sided_accuracy (of outputs that are not beyond the threshold of the other side either),
        types {name: accuracy, NaN where it had no trial} and mean_rate_hz."""
        from ._evaluation import evaluation_of
        from .tasks import task_for
        made = task_for(self.model, task, settings)
        result = evaluation_of(self.model, made, self.params(**options), n_trials, seed, balanced)
        types = {name: stats.correct / stats.n if stats.n else float("nan")
                 for name, stats in zip(made.type_names, result.types)}
        return {"n_trials": result.n_trials, "types": types, "mean_rate_hz": result.mean_rate_hz,
                "overall_accuracy": result.correct / result.n_trials,
                "two_sided_accuracy": result.two_sided / result.n_trials}


# ---- conversion and evaluation ----

class AbstractSpikingConverter(ABC):
    """From a rate network to a spiking one: a subclass gives convert."""

    @abstractmethod
    def convert(self, rate_model_path: Any,
                config: Optional[SpikingConfig] = None) -> AbstractSpikingRNN:
        """The spiking network of a trained one."""

    def optimize_scaling_factor(self, rate_model_path: Any, task_type: Any = None,
                                n_trials: int = 100, **options: Any) -> float:
        """The best scaling factor of a model's file, which stays as it is; options: those of
        lambda_grid_search. Raises as it."""
        from .lambda_grid_search import lambda_grid_search
        return lambda_grid_search(task_name=task_type, n_trials=n_trials,
                                  model_path=rate_model_path,
                                  **dict({"store": False, "verbose": False}, **options))


class LIFConverter(AbstractSpikingConverter):
    def convert(self, rate_model_path: Any,
                config: Optional[SpikingConfig] = None) -> LIFNetwork:
        return LIFNetwork(rate_model_path, config)

    def weights(self, model: Any, scaling_factor: Optional[float] = None,
                use_initial_weights: bool = False) -> np.ndarray:
        """W, N x N, [post, pre]."""
        model = as_model(model)
        return network_of(model, spiking_params(
            model, scaling_factor, use_initial_weights=use_initial_weights))["W"]


class AbstractSpikingEvaluator(ABC):
    """Performance of a spiking network: a subclass gives evaluate_task_performance."""

    @abstractmethod
    def evaluate_task_performance(self, spiking_rnn: Any, task_type: Any = None,
                                  n_trials: int = 100) -> Dict[str, Any]:
        """How well it does a task: a dict with overall_accuracy."""

    def compare_with_rate_model(self, spiking_rnn: Any, rate_model_path: Any, task_type: Any = None,
                                n_trials: int = 100) -> Dict[str, float]:
        """spiking_accuracy, rate_accuracy (0 to 1, n_trials of every trial type) and difference,
        the first less the second. task_type None: the task of the file."""
        from rate import RateNetwork
        from .tasks import task_for
        rate = RateNetwork(1).load_net(rate_model_path)
        task = task_for(rate._model, task_type)
        of_rate = rate.eval(task, n_trials=n_trials, balanced=True)["accuracy"]
        found = self.evaluate_task_performance(
            spiking_rnn, task.name if task_type is None else task_type, n_trials)["overall_accuracy"]
        return {"spiking_accuracy": found, "rate_accuracy": of_rate, "difference": found - of_rate}

    def analyze_spike_dynamics(self, spikes: Any, dt: float) -> Dict[str, Any]:
        """As format_spike_data(spikes, dt)."""
        return format_spike_data(spikes, dt)


class LIFEvaluator(AbstractSpikingEvaluator):
    def evaluate(self, network: LIFNetwork, task: Any = None, n_trials: int = 100,
                 **options: Any) -> Dict[str, Any]:
        """As network.evaluate()."""
        return network.evaluate(task, n_trials, **options)

    def evaluate_task_performance(self, spiking_rnn: Any, task_type: Any = None,
                                  n_trials: int = 100) -> Dict[str, Any]:
        """n_trials of every trial type. spiking_rnn: a LIFNetwork, on its own task with its settings;
        with a task_type also another AbstractSpikingRNN. Returns as evaluate_performance() of a
        task."""
        from ._evaluation import evaluated
        from .tasks import SpikingTaskFactory, task_for
        if isinstance(spiking_rnn, LIFNetwork):
            model = spiking_rnn.model
            return evaluated(model, task_for(model, task_type), spiking_rnn.params(), n_trials)
        return SpikingTaskFactory.create_task(task_type).evaluate_performance(spiking_rnn, n_trials)


class SpikingRNNFactory(NetworkRegistry):
    """Spiking networks by name; 'LIF' is LIFNetwork."""
    _registry = {"LIF": LIFNetwork}
