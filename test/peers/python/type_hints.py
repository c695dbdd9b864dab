"""Two models of one signature, one of whose input type hints check, the other by the signature: `type_hints.py ANSWERS`.

ANSWERS gets, for each step from one to another, both MLmodel texts and the first datum that the first takes and the second
refuses, through the reader of MLflow's scoring server and `predict`; null where every datum is taken.
"""

import json
import logging
import pathlib
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import mlflow  # noqa: E402
from mlflow.models import ModelSignature  # noqa: E402
from mlflow.pyfunc.scoring_server import _parse_json_data  # noqa: E402

ROWS = [{"k": 1.5}, {"k": 2.5}]
DATA = [
    {"inputs": ROWS},
    {"instances": ROWS},
    {"inputs": []},
    {"dataframe_split": {"columns": [0], "data": [[row] for row in ROWS]}},
]


class Hinted(mlflow.pyfunc.PythonModel):
    def predict(self, model_input: list[dict[str, float]]) -> list[float]:
        return [1.0 for _ in model_input]


class Plain(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [1.0]


def takes(model, payload):
    try:
        parsed = _parse_json_data(json.dumps(payload), model.metadata, model.metadata.get_input_schema())
        model.predict(parsed.data, params=parsed.params)
    except Exception:
        return False
    return True


with tempfile.TemporaryDirectory() as scratch:
    root = pathlib.Path(scratch)
    mlflow.pyfunc.save_model(root / "checked", python_model=Hinted())
    signature = mlflow.models.Model.load(str(root / "checked")).signature
    plain = ModelSignature(signature.inputs, signature.outputs)
    mlflow.pyfunc.save_model(root / "none", python_model=Plain(), signature=plain)
    models = {name: mlflow.pyfunc.load_model(str(root / name)) for name in ("none", "checked")}
    texts = {name: (root / name / "MLmodel").read_text(encoding="utf-8") for name in models}

answers = []
for before in models:
    for after in models:
        fit = [datum for datum in DATA if takes(models[before], datum)]
        refused = [datum for datum in fit if not takes(models[after], datum)]
        answers.append(
            {
                "step": f"{before} to {after}",
                "before": texts[before],
                "after": texts[after],
                "fit": len(fit),
                "refused": json.dumps(refused[0]) if refused else None,
            }
        )
pathlib.Path(sys.argv[1]).write_text(json.dumps(answers), encoding="utf-8")
