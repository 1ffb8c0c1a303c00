"""Settings of a network, base classes, and a factory."""
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Tuple

import numpy as np

from spikernn import Model, NetworkRegistry, device, made_of, whole
from ._lazy import module_class


@dataclass
class RNNConfig:
    """How a network is made; see FR_RNN_dale."""
    N: int = 200
    P_inh: float = 0.2
    P_rec: float = 0.2
    som_N: int = 0
    gain: float = 1.5
    apply_dale: bool = True
    w_dist: str = "gaus"
    device: str = "cpu"


def validate_config(config: RNNConfig) -> None:
    """Raises ValueError where the library would not make such a network."""
    device(config.device)
    N, som_N = whole(config.N, "N"), whole(config.som_N, "som_N")
    if som_N > N:
        raise ValueError("som_N is %d; expected at most N = %d" % (som_N, N))
    # the populations of a small one are drawn: SOM units would be missing
    Model.create(N=config.N, P_inh=config.P_inh, P_rec=config.P_rec, gain=config.gain,
                 som_N=min(som_N, 0), w_dist=config.w_dist,
                 apply_dale=config.apply_dale)


def create_default_config(**overrides: Any) -> RNNConfig:
    """RNNConfig with these fields instead of the defaults. Raises ValueError."""
    config = made_of(RNNConfig, overrides)
    validate_config(config)
    return config


class PlainRateRNN(ABC):
    """What a rate network of your own offers; a subclass of AbstractRateRNN, which where torch is
    installed is this and a torch.nn.Module."""

    def __init__(self, config: RNNConfig) -> None:
        super().__init__()
        self.config, self.N, self.device = config, config.N, config.device

    @abstractmethod
    def assign_exc_inh(self) -> Tuple[np.ndarray, np.ndarray, int, int, Any]:
        """inh, exc, NI, NE, som_inh."""

    @abstractmethod
    def initialize_W(self) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """w, mask, som_mask."""

    @abstractmethod
    def forward(self, stim: Any, taus: List[float], training_params: Dict[str, Any],
                settings: Dict[str, Any]) -> Tuple:
        """As FR_RNN_dale.forward."""

    @abstractmethod
    def load_net(self, model_dir: str) -> "PlainRateRNN":
        """Returns the network."""

    def display(self) -> None:
        print("Abstract Rate RNN Configuration")
        print("====================================")
        print("Number of Units: %s" % self.N)
        print("Device: %s" % self.device)


def __getattr__(name: str) -> Any:
    if name != "AbstractRateRNN":
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    global AbstractRateRNN
    AbstractRateRNN = module_class(name, PlainRateRNN)
    return AbstractRateRNN


class AbstractTaskGenerator(ABC):
    """Stimuli of a task."""

    @abstractmethod
    def generate_stimulus(self, settings: Dict[str, Any]) -> Tuple[np.ndarray, Any]:
        """(u, label)."""

    @abstractmethod
    def get_task_info(self) -> Dict[str, str]:
        """What the task is."""


class AbstractTargetGenerator(ABC):
    """Targets of a task."""

    @abstractmethod
    def generate_targets(self, settings: Dict[str, Any], labels: Any) -> np.ndarray:
        """z."""


class AbstractLossFunction(ABC):
    """A loss."""

    @abstractmethod
    def compute_loss(self, outputs: Any, targets: Any, training_params: Dict[str, Any]) -> Any:
        """The loss of outputs against targets."""


def _fr_rnn_dale(config: RNNConfig, **named: Any) -> Any:
    from .model import FR_RNN_dale
    return FR_RNN_dale(**dict(asdict(config), **named))


class RateRNNFactory(NetworkRegistry):
    """Networks by name; 'FR_RNN_dale' is there from the start."""
    _registry = {"FR_RNN_dale": _fr_rnn_dale}

    @classmethod
    def create(cls, name: str, config: RNNConfig, **named: Any) -> Any:
        """rnn_class(config, **named) of this name. Raises ValueError on another one."""
        return super().create(name, config, **named)
