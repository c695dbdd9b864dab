"""MLflow's client, one operation after the other: the argument is a JSON list of `{"do": …}`, the answer one line
of JSON after a marker, a list with one answer an operation. An error ends the script."""

import hashlib
import json
import pathlib
import sys
import tempfile

import mlflow
import pandas
from mlflow import MlflowClient

client = MlflowClient()

ROWS = pandas.DataFrame(
    {
        "amount": [12.5, 980.0, 61.2, 410.75, 77.0, 2300.1],
        "country_code": [49, 250, 1, 33, 86, 7],
        "merchant_risk": [0.05, 0.93, 0.4, 0.71, 0.62, 0.5],
        "night": [False, True, False, True, True, False],
    }
)


def register(folder: str, model: str):
    """As a training script does: `mlflow.register_model` on the folder it saved; gives the version.

    Never a file URI: MLflow 3.17.2 takes the folder behind one for its own download and deletes it.
    """
    return int(mlflow.register_model(folder, model).version)


def read(model: str):
    """The model and its versions as MLflow's entities say; aliases by name in lower case."""
    found = client.get_registered_model(model)
    versions = {}
    for hit in client.search_model_versions(f"name='{model}'"):
        version = client.get_model_version(model, str(hit.version))
        versions[str(version.version)] = {
            "status": version.status,
            "description": version.description or "",
            "tags": version.tags,
            "source": version.source,
        }
    return {
        "description": found.description or "",
        "tags": found.tags,
        "aliases": {alias.lower(): int(version) for alias, version in found.aliases.items()},
        "versions": versions,
    }


def set_alias(model: str, alias: str, version: int):
    client.set_registered_model_alias(model, alias, str(version))


def delete_alias(model: str, alias: str):
    client.delete_registered_model_alias(model, alias)


def tag_version(model: str, version: int, key: str, value: str):
    client.set_model_version_tag(model, str(version), key, value)


def tag_model(model: str, key: str, value: str):
    client.set_registered_model_tag(model, key, value)


def describe(model: str, version: int, description: str):
    client.update_model_version(model, str(version), description)


def predict(uri: str):
    """Class and probability for rows that do not depend on the training data; numbers survive JSON exactly."""
    loaded = mlflow.sklearn.load_model(uri)
    through = [int(value) for value in mlflow.pyfunc.load_model(uri).predict(ROWS)]
    return {"is_fraud": through, "probability": [float(row[1]) for row in loaded.predict_proba(ROWS)]}


def copy(source: str, destination: str):
    """MLflow's own copy; gives the new version."""
    return int(client.copy_model_version(source, destination).version)


def files(uri: str):
    """sha256 of the files of a version by path, without the note that MLflow's download adds."""
    with tempfile.TemporaryDirectory() as target:
        folder = pathlib.Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=target))
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != "registered_model_meta"
        }


OPERATIONS = {
    function.__name__: function
    for function in (register, copy, read, set_alias, delete_alias, tag_version, tag_model, describe, predict, files)
}

answers = []
for operation in json.loads(sys.argv[1]):
    answers.append(OPERATIONS[operation.pop("do")](**operation))
print("::peer-answers:: " + json.dumps(answers), flush=True)
