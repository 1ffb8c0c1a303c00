"""Between numpy (or torch) and the library's arrays.

Into C: floats() and its like return an array that C can read, the given one where its type and
order allow, else a converted copy; the caller holds it during the call and passes pointer(array).
Out of C: copy() where the library keeps the memory, view() where an owner on our side does."""
import ctypes
from ctypes import POINTER

import numpy as np


def to_numpy(value):
    """The values of a torch tensor or a sparse matrix of scipy; everything else as it is. Raises
    ValueError where elements are masked, also inside of lists: numpy would take what is hidden."""
    if hasattr(value, "detach"):
        return _of_tensor(value.detach().cpu())
    if hasattr(value, "toarray"):
        return value.toarray()
    if _masked(value):
        raise ValueError("some of its elements are masked")
    return value


def _masked(value):
    if isinstance(value, (list, tuple)):
        return any(map(_masked, value))
    return isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value)


def _of_tensor(tensor):
    if str(tensor.layout) != "torch.strided":
        tensor = tensor.to_dense()
    try:
        return tensor.numpy()
    except TypeError:  # bfloat16: numpy has no such type
        return tensor.double().numpy()


def raw(value, name):
    """As numpy reads it, whatever it is. Raises ValueError where that fails."""
    try:
        return np.asarray(to_numpy(value))
    except Exception as error:
        raise ValueError("%s cannot be read as an array (%s)" % (name, error)) from None


def shown(value):
    """A value as a sentence gives it; of a long one its kind."""
    if isinstance(value, np.ndarray) and value.size > 4:
        hidden = " with masked elements" if np.ma.is_masked(value) else ""
        return "an array of %s%s" % (value.dtype, hidden)
    result = repr(value)
    return result if len(result) <= 60 else "of type %s" % type(value).__name__


def array(value, dtype, shape, name, order="C"):
    """Contiguous in this order (C or F), of this dtype and shape; None in shape: any size. Shares
    memory with value where it can. Raises ValueError on another shape, on what is no number and on
    what is not finite."""
    given = raw(value, name)
    if given.dtype.kind not in "biuf":
        what = shown(given.item()) if given.size == 1 else "an array of %s" % given.dtype
        raise ValueError("%s is %s; expected numbers" % (name, what))
    fits = given.ndim == len(shape) and all(
        wanted is None or wanted == size for wanted, size in zip(shape, given.shape))
    if not fits:
        raise ValueError("%s is %s; expected %s" % (name, _shape(given.shape), _shape(shape)))
    with np.errstate(over="ignore", invalid="ignore"):
        result = np.asarray(given, dtype, order)
    if result.dtype.kind == "f" and not np.isfinite(result).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        raise ValueError("%s[%s] is %s; expected a finite number"
                         % (name, ", ".join(map(str, at)), given[at]))
    if result.dtype.kind in "iu" and (result != given).any():
        at = tuple(int(i) for i in np.argwhere(result != given)[0])
        raise ValueError("%s[%s] is %s; expected a whole number of %d to %d" % (
            name, ", ".join(map(str, at)), given[at], np.iinfo(dtype).min, np.iinfo(dtype).max))
    return result


def flags(value, shape, name, order="C"):
    """Bytes, 0 or 1."""
    result = array(value, np.float64, shape, name, order)
    other = (result != 0) & (result != 1)
    if other.any():
        at = tuple(int(i) for i in np.argwhere(other)[0])
        raise ValueError("%s[%s] is %g; expected 0 or 1" % (name, ", ".join(map(str, at)),
                                                           result[at]))
    return result.astype(np.uint8)


def reals(value, name):
    """In double precision, of any shape, not necessarily finite."""
    try:
        values = to_numpy(value)
        if not np.iscomplexobj(values):
            return np.asarray(values, float)
    except Exception:  # rows of different lengths, texts, masked elements, any object
        pass
    raise ValueError("%s is %s; expected numbers" % (name, shown(value)))


def floats(value, shape, name):
    return array(value, np.float32, shape, name)


def doubles(value, shape, name):
    return array(value, np.float64, shape, name)


def row(value, size, name):
    """Doubles of one axis, given also as a row or a column, as scipy.io.loadmat has them."""
    given = raw(value, name)
    one_axis = given.size == max(given.shape, default=1)
    return doubles(given.ravel() if one_axis else given, (size,), name)


def integers(value, shape, name):
    """C int; numbers with a fraction are refused."""
    given = array(value, np.float64, shape, name)
    if (given != np.floor(given)).any() or (abs(given) > 2 ** 31 - 1).any():
        raise ValueError("%s holds other than whole numbers" % name)
    return given.astype(np.intc)


def _shape(shape):
    if not shape:
        return "a single number"
    if shape == (None, None):
        return "a matrix"
    return " x ".join("any" if size is None else str(size) for size in shape) + (
        "" if len(shape) > 1 else " number" if shape == (1,) else " numbers")


_CTYPES = {np.dtype(t): ct for t, ct in (
    (np.float32, ctypes.c_float), (np.float64, ctypes.c_double), (np.uint8, ctypes.c_uint8),
    (np.intc, ctypes.c_int), (np.int64, ctypes.c_int64))}


def pointer(values):
    """Of a C-contiguous array that the caller holds; None: NULL."""
    if values is None:
        return None
    assert values.flags.c_contiguous
    return values.ctypes.data_as(POINTER(_CTYPES[values.dtype]))


def view(data, shape, owner):
    """The memory at the ctypes pointer as a numpy array that keeps owner alive. NULL: None."""
    if not data:
        return None
    count = int(np.prod(shape, dtype=np.int64))
    kind = data._type_
    if count == 0:
        return np.empty(shape, np.dtype(kind))
    buffer = (kind * count).from_address(ctypes.addressof(data.contents))
    buffer.owner = owner
    return np.frombuffer(buffer, dtype=np.dtype(kind), count=count).reshape(shape)


def copy(data, shape):
    """A copy of the memory at the ctypes pointer. NULL: None."""
    values = view(data, shape, None)
    return None if values is None else values.copy()


def text_of(value):
    """The text in bytes, in an array of one text, or in a row of its characters, as
    scipy.io.loadmat gives texts; anything else as it is."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if not isinstance(value, np.ndarray) or np.ma.is_masked(value):
        return value
    if value.dtype == object and value.size == 1:
        inside = text_of(value.item())
        return inside if isinstance(inside, str) else value
    row = value.ndim > 1 and value.size == value.shape[-1]
    if value.dtype.kind in "US" and (value.size == 1 or (
            row and value.dtype.itemsize == np.dtype(value.dtype.kind + "1").itemsize)):
        return "".join(map(text_of, value.ravel().tolist()))
    return value


def text(value):
    """A C string as str; NULL: ''."""
    return (value or b"").decode("utf-8", "replace")
