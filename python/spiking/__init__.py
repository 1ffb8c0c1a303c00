"""Spiking networks made of trained rate networks: Kim, Li & Sejnowski, PNAS 116:22811 (2019), in
the C library of spikernn.

    from spiking import LIF_network_fnc, lambda_grid_search
    lambda_grid_search(model_path='model.mat', task_name='go-nogo')
    W, REC, spk, rs, all_fr, out, params = LIF_network_fnc(
        'model.mat', 50, u, {'mode': 'none'}, 1, False, seed=1)

Each name is imported when it is first used."""
import importlib
from typing import Any, List

from spikernn import __version__  # noqa: F401

#: module -> what of it is a name of the package
_NAMES = {
    "LIF_network_fnc": ("LIF_network_fnc",),
    "lambda_grid_search": ("lambda_grid_search",),
    "eval_go_nogo": ("eval_go_nogo",),
    "eval_xor": ("eval_xor",),
    "eval_tasks": ("evaluate_task", "evaluate_single_trial", "load_model_and_scaling_factor",
                   "LIFNetworkAdapter", "SpikingEvaluatorFactory", "GoNogoSpikingEvaluator",
                   "XORSpikingEvaluator", "ManteSpikingEvaluator"),
    "tasks": ("AbstractSpikingTask", "GoNogoSpikingTask", "XORSpikingTask", "ManteSpikingTask",
              "SpikingTaskFactory"),
    "abstract": ("AbstractSpikingRNN", "AbstractSpikingConverter", "AbstractSpikingEvaluator",
                 "LIFNetwork", "LIFConverter", "LIFEvaluator", "SpikingRNNFactory", "SpikingConfig",
                 "create_default_spiking_config", "validate_spiking_config"),
    "utils": ("load_rate_model", "create_connectivity_masks", "generate_lif_params",
              "validate_stimulus", "check_gpu_availability", "set_random_seed",
              "format_spike_data", "validate_scaling_factor"),
    "plot": (),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF and name not in _NAMES:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    module = importlib.import_module("%s.%s" % (__name__, _MODULE_OF.get(name, name)))
    return module if name in _NAMES else getattr(module, name)


def __dir__() -> List[str]:
    return sorted(set(globals()) | set(__all__) | set(_NAMES))
