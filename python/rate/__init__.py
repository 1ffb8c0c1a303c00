"""Rate networks on cognitive tasks: Kim, Li & Sejnowski, PNAS 116:22811 (2019), in the C library of
spikernn.

    from rate import FR_RNN_dale, set_seed
    net = FR_RNN_dale(200, w_in=None, seed=1)
    record = net.train('go-nogo', taus=[4, 20], progress=print)
    net.save('model.mat')

FR_RNN_dale and AbstractRateRNN are a torch.nn.Module where torch is installed, which is imported
when one of the names is first used; everything else needs numpy alone."""
from typing import Any

from spikernn import Progress, Stopped, __version__, set_threads
from . import abstract as _abstract, model as _model
from ._random import set_seed
from .abstract import (AbstractLossFunction, AbstractTargetGenerator, AbstractTaskGenerator,
                       RateRNNFactory, RNNConfig, create_default_config, validate_config)
from .model import (RateNetwork, eval_rnn, eval_tf, generate_input_stim_go_nogo,
                    generate_input_stim_mante, generate_input_stim_xor,
                    generate_target_continuous_go_nogo, generate_target_continuous_mante,
                    generate_target_continuous_xor, loss_op)
from .tasks import AbstractTask, GoNogoTask, LibraryTask, ManteTask, TaskFactory, XORTask
from .utils import restricted_float, set_gpu, str2bool

__all__ = [
    "FR_RNN_dale", "RateNetwork", "loss_op", "eval_rnn", "eval_tf",
    "AbstractTask", "GoNogoTask", "XORTask", "ManteTask", "LibraryTask", "TaskFactory",
    "generate_input_stim_go_nogo", "generate_input_stim_xor", "generate_input_stim_mante",
    "generate_target_continuous_go_nogo", "generate_target_continuous_xor",
    "generate_target_continuous_mante",
    "RNNConfig", "create_default_config", "validate_config", "RateRNNFactory", "AbstractRateRNN",
    "AbstractTaskGenerator", "AbstractTargetGenerator", "AbstractLossFunction",
    "set_gpu", "restricted_float", "str2bool", "set_seed", "set_threads", "Progress", "Stopped",
]


def __getattr__(name: str) -> Any:
    if name == "FR_RNN_dale":
        return _model.FR_RNN_dale
    if name == "AbstractRateRNN":
        return _abstract.AbstractRateRNN
    raise AttributeError("module %r has no attribute %r" % (__name__, name))
