"""Data that lie on the boundaries of a signature: in memory for the first column, as JSON for the second.

Nothing here decides whether a datum fits: MLflow's enforcement of the signature does, in compatibility.py.
"""

import datetime
import decimal
import itertools

import numpy
import pandas
import scipy.sparse
from mlflow.types.schema import AnyType, Array, DataType, Map, Object

NAN = float("nan")
DAY = datetime.date(2024, 2, 29)

# what one cell of a nested type may hold
SCALARS = {
    "boolean": [True, False],
    "integer": [numpy.int32(2**31 - 1), numpy.int8(-5)],
    "long": [2**40, 1, numpy.int64(7), numpy.int32(5)],
    "float": [numpy.float32(1.5), 0, numpy.float16(0.5)],
    "double": [0.1, 1, NAN, numpy.float32(1.5), numpy.int32(7)],
    "string": ["größe", "hello", ""],
    "binary": [b"\xff\x00", "ä"],
    "datetime": [numpy.datetime64("2024-02-29T10:00:00"), DAY],
}
# what one column may hold
COLUMNS = {
    "boolean": [pandas.Series([True, False]), pandas.Series([True, None], dtype=object)],
    "integer": [pandas.Series([2**31 - 1, -(2**31)], dtype="int32"), pandas.Series([1, 2], dtype="uint16"), pandas.Series([3], dtype="int8")],
    "long": [pandas.Series([2**62, -5]), pandas.Series([0, 1]), pandas.Series([4, 5], dtype="int32"), pandas.Series([6], dtype="uint32")],
    "float": [pandas.Series([1.5, NAN], dtype="float32"), pandas.Series([0, 1]), pandas.Series([0.5], dtype="float16")],
    "double": [
        pandas.Series([1e300, NAN]), pandas.Series([1.5], dtype="float32"), pandas.Series([7, 8], dtype="int32"),
        pandas.Series([0, 1]), pandas.Series([decimal.Decimal("1.5")], dtype=object),
    ],
    "string": [pandas.Series(["größe", "hello"]), pandas.Series(["a", None], dtype=object), pandas.Series([1, "b"], dtype=object)],
    "binary": [pandas.Series([b"\xff", b""], dtype=object), pandas.Series(["ä", "b"])],
    "datetime": [
        pandas.Series(["2024-02-29T10:00:00"], dtype="datetime64[ns]"), pandas.Series(["2024-02-29"], dtype="datetime64[s]"),
        pandas.Series([DAY], dtype=object),
    ],
}  # fmt: skip
JSON_SCALARS = {
    "boolean": [True, False],
    "integer": [2**31 - 1, 0, -5],
    "long": [2**53 + 1, 1, 0],
    "float": [1, 0, 1.5],
    "double": [0.1, 1e300, 1, 0, None],
    "string": ["größe", "hello", "", None],
    "binary": ["aGVsbG8=", ""],
    "datetime": ["2024-02-29T10:00:00", "2024-02-29"],
}
ANYTHING = [7, "text", 1.5, [1, 2], {"k": 1}, None, True, []]


def values(kind, required, as_json, depth=0):
    """Values of a type, the plainest first."""
    if isinstance(kind, DataType):
        found = list((JSON_SCALARS if as_json else SCALARS)[kind.name])
    elif isinstance(kind, Array):  # Spark vectors too
        inner = values(kind.dtype, required, as_json, depth + 1)
        found = [inner[:1], *([value] for value in inner[1:12]), inner, []]
        if not as_json and isinstance(kind.dtype, DataType) and kind.dtype.name in ("integer", "float", "double", "long"):
            found.append(numpy.array([2, 3], dtype=kind.dtype.to_numpy()))
    elif isinstance(kind, Map):
        inner = values(kind.value_type, required, as_json, depth + 1)
        found = [{"k": inner[0]}, *({"ключ": value} for value in inner[:12]), {}]
    elif isinstance(kind, Object):
        found = objects(kind, as_json, depth)
    else:
        found = list(ANYTHING)
    if as_json and (depth > 0 or not isinstance(kind, DataType)) and is_beyond_json(kind):
        # No JSON value fits inside; nothing, or an empty list or map, does.
        empty = [each for each in found if isinstance(each, (list, dict)) and not each]
        found = [*empty, *found]
        return found if required else [None, *found]
    return found if required else [found[0], None, *found[1:]]


def is_beyond_json(kind):
    if isinstance(kind, Array):
        return is_beyond_json(kind.dtype)
    if isinstance(kind, Map):
        return is_beyond_json(kind.value_type)
    return kind in (DataType.integer, DataType.datetime)


def objects(kind, as_json, depth):
    inner = {each.name: values(each.dtype, each.required, as_json, depth + 1) for each in kind.properties}
    full = {name: options[0] for name, options in inner.items()}
    found = [full]
    for name, options in inner.items():
        found += [{**full, name: option} for option in options[1 : 7 if depth == 0 else 4]]
    optional = [each.name for each in kind.properties if not each.required]
    for name in optional:
        found.append({key: value for key, value in full.items() if key != name})
    if len(optional) > 1:
        found.append({key: value for key, value in full.items() if key not in optional})
    return found


def series_of(spec):
    """Columns of one declaration, in memory."""
    if isinstance(spec.type, DataType):
        return COLUMNS[spec.type.name]
    if isinstance(spec.type, AnyType):
        return [pandas.Series([1, 2]), pandas.Series(["a", "ä"]), pandas.Series([[1], {"k": 1}], dtype=object), pandas.Series([1.5]),
                pandas.Series([b"\xff"], dtype=object), pandas.Series(["2024-01-01"], dtype="datetime64[ns]")]  # fmt: skip
    options = values(spec.type, spec.required, as_json=False)
    return [as_column(options[:1]), *(as_column([option]) for option in options[1:])]


def as_column(cells):
    column = pandas.Series([None] * len(cells), dtype=object)
    for index, cell in enumerate(cells):
        column[index] = cell
    return column


def frames(schema):
    """Data frames: each boundary of each column beside plain others, columns left out, in another order, without rows."""
    named = schema.has_input_names()
    specs = list(schema.input_dict().values()) if named else schema.inputs
    keys = [spec.name for spec in specs] if named else list(range(len(specs)))
    options = [series_of(spec) for spec in specs]
    choices = [[each[0] for each in options]]
    for place, variants in enumerate(options):
        for variant in variants[1:]:
            choices.append([variant if index == place else each[0] for index, each in enumerate(options)])
    for choice in choices:
        rows = min(len(each) for each in choice)
        yield pandas.DataFrame({key: each.iloc[:rows] for key, each in zip(keys, choice)})
    first = pandas.DataFrame({key: each[0].iloc[:1] for key, each in zip(keys, options)})
    yield first.iloc[:0]
    if not named:
        yield first.rename(columns=str)
        return
    yield first.iloc[:, ::-1]
    yield first.set_index(pandas.Index([7]))
    optional = [spec.name for spec in specs if not spec.required]
    # A required one may be left out too where MLflow never looks for it.
    for name in keys:
        yield first.drop(columns=[name])
        if name not in schema.input_names():
            yield first.assign(odd="text").set_axis([*first.columns, None], axis=1).drop(columns=[name]).rename(columns={None: name})
    if len(optional) > 1:
        yield first.drop(columns=optional)


def short_forms(schema):
    """Inputs in memory that are no data frame: a dict of one row, a dict of columns, an array."""
    for frame in itertools.islice(frames(schema), 12):
        if not schema.has_input_names():
            if len({str(kind) for kind in frame.dtypes}) == 1 and frame.dtypes.iloc[0] != object:
                yield frame.to_numpy()
            continue
        if len(frame) == 0:
            continue
        yield {name: frame[name].iloc[0] for name in frame.columns}
        yield {name: frame[name].tolist() for name in frame.columns}


def records(schema):
    """Rows as JSON values, each boundary of each column beside plain others, optional columns left out."""
    specs = list(schema.input_dict().values()) if schema.has_input_names() else schema.inputs
    keys = [spec.name for spec in specs] if schema.has_input_names() else [str(index) for index in range(len(specs))]
    options = [values(spec.type, spec.required or isinstance(spec.type, DataType), as_json=True) for spec in specs]
    base = {key: each[0] for key, each in zip(keys, options)}
    yield base
    for key, each in zip(keys, options):
        for value in each[1:]:
            yield {**base, key: value}
    if schema.has_input_names():
        for spec in specs:
            if not spec.required:
                yield {key: value for key, value in base.items() if key != spec.name}


def payloads(schema):
    """Bodies of requests to a serving endpoint for columns: (route, body)."""
    for row in records(schema):
        yield "json", {"dataframe_split": {"columns": list(row), "data": [list(row.values())]}}
        yield "json", {"dataframe_records": [row, row]}
    for row in itertools.islice(records(schema), 8):
        if schema.has_input_names():
            yield "short-json", {"inputs": row}
            yield "short-json", {"inputs": {key: [value, value] for key, value in row.items()}}
            yield "short-json", {"inputs": [row, row]}
            yield "short-json", {"instances": [row, row]}
        if len(schema.inputs) == 1 and len(row) == 1:
            yield "short-json", {"inputs": [*row.values(), *row.values()]}
        elif not schema.has_input_names():
            yield "short-json", {"inputs": [list(row.values())]}


DTYPES = {
    "float32": [1.5], "float64": [1e300], "int64": [2**40], "int32": [2**31 - 1], "str": ["ä"], "bool": [True], "object": ["x"],
}  # fmt: skip


def array(dtype, shape, length):
    sizes = [length if size == -1 else size for size in shape]
    return numpy.full(sizes, DTYPES[dtype][0], dtype=numpy.dtype(dtype) if dtype != "object" else object)


def tensors(schema):
    """Arrays (and ragged and sparse ones), then data frames, for tensors: (route, datum)."""
    specs = schema.inputs
    names = schema.input_names() if schema.has_input_names() else None
    for length in (2, 5):
        arrays = [array(dtype_of(spec), spec.shape, length) for spec in specs]
        if names:
            yield "array", dict(zip(names, arrays))
        if len(specs) == 1:
            yield "array", arrays[0]
            if arrays[0].ndim == 2 and arrays[0].dtype.kind in "bfi":
                yield "array", scipy.sparse.csr_matrix(arrays[0])
    if len(specs) == 1 and len(specs[0].shape) > 1 and -1 in specs[0].shape[1:]:
        ragged = numpy.empty(2, dtype=object)
        ragged[0], ragged[1] = [1.5], [1.5, 2.5]
        yield "array", ({names[0]: ragged} if names else ragged)
    plain = [array(dtype_of(spec), spec.shape, 2) for spec in specs]
    for place, spec in enumerate(specs):
        if spec.type != numpy.dtype("O") or spec.shape != (-1,):
            continue
        for odd in (numpy.ones((2, 3)), numpy.array(["a"]), numpy.ones(2, dtype="int64"), numpy.array([[1], [2]], dtype=object)):
            yield "array", ({**dict(zip(names, plain)), names[place]: odd} if names else odd)
    keys = names or ["column"]
    flat = [array(dtype_of(spec), spec.shape, 2) for spec in specs]
    if all(each.ndim >= 1 and len(each) == 2 for each in flat):
        cells = [[each[row].ravel().tolist() if each.ndim > 1 else each[row] for row in range(2)] for each in flat]
        yield "frame", pandas.DataFrame(dict(zip(keys, cells)))
        if len(flat) == 1 and flat[0].ndim == 2:
            yield "frame", pandas.DataFrame(flat[0])
        if all(each.ndim == 1 for each in flat):
            lists = [as_column([each[row : row + 1].tolist() for row in range(2)]) for each in flat]
            yield "frame", pandas.DataFrame(dict(zip(keys, lists)))


def tensor_payloads(schema):
    specs = schema.inputs
    names = schema.input_names() if schema.has_input_names() else None
    for length in (2, 5):
        lists = [array(dtype_of(spec), spec.shape, length).tolist() for spec in specs]
        body = dict(zip(names, lists)) if names else lists[0]
        yield "json", {"inputs": body}
        if not names:
            yield "json", {"instances": body}
        elif all(len(each) == len(lists[0]) for each in lists):
            yield "json", {"instances": [dict(zip(names, row)) for row in zip(*lists)]}
        flat = [array(dtype_of(spec), spec.shape, length) for spec in specs]
        if all(each.ndim >= 1 and len(each) == length for each in flat):
            row = {key: each[0].ravel().tolist() if each.ndim > 1 else each[:1].tolist()[0] for key, each in zip(names or ["column"], flat)}
            yield "frame-json", {"dataframe_split": {"columns": list(row), "data": [list(row.values())]}}


def dtype_of(spec):
    return "str" if spec.type.kind == "U" else "object" if spec.type == numpy.dtype("O") else spec.type.name


PARAMS = {
    "boolean": [True],
    "integer": [5, numpy.int32(7)],
    "long": [2**40, numpy.int64(7), 5],
    "float": [1.5, numpy.float32(1.5), 3],
    "double": [0.1, numpy.float64(0.5), numpy.float32(1.5), 3],
    "string": ["größe", ""],
    "datetime": ["2024-02-29T10:00:00", datetime.datetime(2024, 2, 29), DAY],
}


def params(schema):
    """Params, one at a time: (route, params)."""
    for spec in schema.params:
        if not isinstance(spec.dtype, DataType):
            for as_json in (True, False):
                for value in values(spec.dtype, True, as_json):
                    yield "json" if as_json else "params", {spec.name: value}
            continue
        options = [*PARAMS[spec.dtype.name], None]
        for value in options:
            route = "json" if type(value) in (bool, int, float, str, type(None)) else "params"
            yield route, {spec.name: value if spec.shape is None else [value]}
        if spec.shape is not None:
            yield "json", {spec.name: []}
