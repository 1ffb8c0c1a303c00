"""What is known by name: the tasks and networks of the packages, and a user's own."""
from typing import Any, Callable, Dict, List, Optional

from ._arrays import text_of
from ._checks import renamed


def folded(name: Any) -> str:
    """Case does not count, and '-' and '_' are the same."""
    return str(text_of(name)).lower().replace("-", "_")


class Registry:
    """A subclass has its own _registry."""
    _registry: Dict[str, Callable] = {}

    @classmethod
    def registered(cls, name: Any) -> Optional[Callable]:
        """What has this name; None: nothing."""
        return next((one for known, one in cls._registry.items()
                     if name is not None and folded(known) == folded(name)), None)


class NetworkRegistry(Registry):
    """Networks by name."""

    @classmethod
    @renamed(spiking_rnn_class="rnn_class")
    def register(cls, name: str, rnn_class: Callable) -> None:
        cls._registry[text_of(name)] = rnn_class

    @classmethod
    def create(cls, name: str, *arguments: Any, **named: Any) -> Any:
        """The network of this name, made with the arguments. Raises ValueError on another name."""
        make = cls.registered(name)
        if make is None:
            raise ValueError("the network '%s' is unknown; the known ones are: %s"
                             % (text_of(name), ", ".join(cls._registry)))
        return make(*arguments, **named)

    @classmethod
    def list_available(cls) -> List[str]:
        return list(cls._registry)


class TaskRegistry(Registry):
    """Tasks by name, which are subclasses of _base."""
    _base: type = object

    @classmethod
    @renamed(name="task_name", cls="task_class")
    def register_task(cls, task_name: str, task_class: type) -> None:
        """task_class(settings) from now on is create_task(task_name, settings). Raises
        ValueError."""
        if not (isinstance(task_class, type) and issubclass(task_class, cls._base)):
            raise ValueError("%r is no task; expected a subclass of %s"
                             % (task_class, cls._base.__name__))
        cls._registry[text_of(task_name)] = task_class

    @classmethod
    def list_available_tasks(cls) -> List[str]:
        return list(cls._registry)
