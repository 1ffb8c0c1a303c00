"""A file whose task is a path: only a user's own word opens it."""
import os
import unittest

import scipy.io

from spikernn import Model, Task
from spiking import LIFNetwork, evaluate_task, lambda_grid_search
from spiking.abstract import LIFEvaluator

DECLARATION = os.path.join(os.environ["SOURCE_DIR"], "tasks", "xor.json")


class TaskOfAFile(unittest.TestCase):
    def test_a_path_in_it_is_not_opened(self):
        os.symlink(DECLARATION, "xor.json")
        self.assertEqual(Task.named("xor.json").n_in, 2)  # it would be a good task
        Model.create(N=20, n_in=2).save("model.mat")
        kept = {k: v for k, v in scipy.io.loadmat("model.mat").items() if not k.startswith("__")}
        scipy.io.savemat("model.mat", dict(kept, task="xor.json"))
        network = LIFNetwork(Model.load("model.mat"))
        for call in (lambda: Model.load("model.mat").task(),
                     lambda: evaluate_task(None, model_path="model.mat", optimal_scaling_factor=30),
                     lambda: lambda_grid_search(model_path="model.mat", n_trials=1),
                     lambda: network.evaluate(None, 1),
                     lambda: LIFEvaluator().evaluate_task_performance(network, None, 1),
                     lambda: LIFEvaluator().compare_with_rate_model(network, "model.mat")):
            with self.assertRaisesRegex(Exception, "'xor.json', which is not a built-in task"):
                call()
        self.assertEqual(Model.load("model.mat").task("xor.json").n_in, 2)


if __name__ == "__main__":
    unittest.main()
