"""What MLflow reads from MLmodel files that it wrote, some of them an older one: `compatibility_flavors.py FOLDER ANSWERS`.

ANSWERS gets, for each folder of FOLDER, its flavors and the three lists of its signature, null for a list that is not there.
"""

import json
import pathlib
import sys

import mlflow


def plain(part):
    return None if part is None else json.loads(json.dumps(part.to_dict(), default=str))


answers = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/MLmodel")):
    model = mlflow.models.Model.load(str(path.parent))
    parts = {part: plain(model.signature and getattr(model.signature, part)) for part in ("inputs", "outputs", "params")}
    answers[path.parent.name] = {"flavors": sorted(model.flavors), **parts}
pathlib.Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")
