"""Further names of arguments."""
import functools
from typing import Any, Callable


def also_named(**others: str) -> Callable:
    """Decorator: keywords that mean the same argument, {other: its name in the signature}. The
    older versions and their documentation differ in them."""
    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def renamed(*arguments: Any, **named: Any) -> Any:
            for other, name in others.items():
                if other not in named:
                    continue
                if name in named:
                    raise TypeError("%s() has %s and %s, two names of one argument"
                                    % (function.__name__, other, name))
                named[name] = named.pop(other)
            return function(*arguments, **named)
        return renamed
    return decorate
