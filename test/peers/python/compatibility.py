"""MLflow's own enforcement of pairs of signatures: `compatibility.py PAIRS ANSWERS`.

PAIRS is a JSON list of {id, before, after, thorough}, both signatures as the three texts of an MLmodel file. Each datum
of compatibility_data.py that MLflow takes for `before` is given to `after`. ANSWERS gets, for each pair, how many data
fitted and were refused by route, and the first refusal. `thorough: false` stops at the first refusal: one is enough there.
"""

import copy
import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import compatibility_data as data  # noqa: E402
import numpy  # noqa: E402
import pandas  # noqa: E402
from mlflow.models.signature import ModelSignature  # noqa: E402
from mlflow.models.utils import _enforce_params_schema, _enforce_schema  # noqa: E402
from mlflow.pyfunc.scoring_server import infer_and_parse_data  # noqa: E402


def copy_of(datum):
    """A copy that shares nothing: enforcement writes into the objects of a data frame, which pandas does not copy."""
    if not isinstance(datum, pandas.DataFrame):
        return copy.deepcopy(datum)
    frame = datum.copy()
    for place, kind in enumerate(frame.dtypes):
        if kind == object:
            cells = numpy.empty(len(frame), dtype=object)
            for row, cell in enumerate(frame.iloc[:, place]):
                cells[row] = copy.deepcopy(cell)
            frame.isetitem(place, pandas.Series(cells, index=frame.index, dtype=object))
    return frame


def enforce(signature, route, datum):
    """None, or what MLflow says against the datum."""
    try:
        if route.startswith("params"):
            _enforce_params_schema(copy_of(datum), signature.params)
        elif signature.inputs is None:
            return None
        elif "json" in route:
            # As it arrives: the keys of an object are texts.
            _enforce_schema(infer_and_parse_data(json.loads(json.dumps(datum)), signature.inputs), signature.inputs)
        else:
            _enforce_schema(copy_of(datum), signature.inputs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def data_of(signature):
    if signature.inputs is None:
        # Nothing is enforced, so anything fits: none at all, a dict, a table of other columns.
        yield "frame", None
        yield "frame", {"somewhere": "else"}
        yield "json", {"inputs": {"somewhere": "else"}}
        yield "json", {"dataframe_records": [{"x": "text"}]}
    elif signature.inputs.is_tensor_spec():
        yield from data.tensors(signature.inputs)
        yield from data.tensor_payloads(signature.inputs)
    else:
        yield from (("frame", frame) for frame in data.frames(signature.inputs))
        yield from data.payloads(signature.inputs)
        yield from (("short", form) for form in data.short_forms(signature.inputs))
    if signature.params is not None:
        yield from (("params-" + route, each) for route, each in data.params(signature.params))


def judge(pair):
    before, after = (ModelSignature.from_dict(pair[side]) for side in ("before", "after"))
    routes, first = {}, None
    for route, datum in data_of(before):
        if enforce(before, route, datum) is not None:
            continue
        counts = routes.setdefault(route, {"fit": 0, "refused": 0})
        counts["fit"] += 1
        problem = enforce(after, route, datum)
        if problem is None:
            continue
        counts["refused"] += 1
        if first is None:
            first = {"route": route, "datum": repr(datum)[:200], "problem": problem[:200]}
        if not pair["thorough"]:
            break
    return {"id": pair["id"], "routes": routes, "first": first}


with open(sys.argv[1], encoding="utf-8") as file:
    pairs = json.load(file)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump([judge(pair) for pair in pairs], file)
print(len(pairs))
