"""What MLflow's own reader makes of texts of MLmodel files: `mlmodel_mutations.py SCRIPT TEXTS READINGS`.

SCRIPT is test/fixtures/make-signature-verdicts.py, which spells signatures as every JSON reader takes them. TEXTS is a JSON
list of texts. Each becomes a file that `Model.load` reads, which is PyYAML's safe loader and what MLflow demands of the
values. READINGS gets, for each, null where it fails, else the names of its flavors and the three lists of its signature; the
signature is null where there is none.
"""

import importlib.util
import json
import logging
import pathlib
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from mlflow.models import Model  # noqa: E402

PARTS = ("inputs", "outputs", "params")
script, asked, written = sys.argv[1:]
spec = importlib.util.spec_from_file_location("verdicts", script)
verdicts = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verdicts)


def listed(part):
    return None if part is None else verdicts.plain(part.to_dict())


def read(folder):
    try:
        model = Model.load(folder)
        signature = model.signature
        parts = None if signature is None else {part: listed(getattr(signature, part)) for part in PARTS}
    except Exception:
        return None
    flavors = model.flavors if isinstance(model.flavors, dict) else {}
    return {"flavors": [name for name in flavors if isinstance(name, str)], "signature": parts}


with open(asked, encoding="utf-8") as file:
    texts = json.load(file)
readings = []
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "MLmodel")
    for text in texts:
        path.write_bytes(text.encode("utf-8"))
        readings.append(read(folder))
with open(written, "w", encoding="utf-8") as file:
    json.dump(readings, file)
print(len(readings))
