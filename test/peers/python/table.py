"""MLflow's registration of every folder of test/fixtures/mlmodel: `table.py FIXTURES CATALOG.SCHEMA`.

Prints one case a folder: the verdict of the real client is the one that cases.json expects, a refused
registration created no version, and an accepted one is READY.
"""

import json
import pathlib
import sys

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from peer_case import case, equal

fixtures, schema = pathlib.Path(sys.argv[1]), sys.argv[2]
client = MlflowClient()

MESSAGES = {
    "Unable to load model metadata": "unloadable",
    "did not contain any signature metadata": "no-signature",
    "signature that includes only inputs": "outputs-missing",
}


def registration(model: str, folder: pathlib.Path) -> tuple[str, str]:
    """MLflow's verdict in the words of cases.json, and the beginning of its message."""
    try:
        version = client.create_model_version(model, str(folder))
    except MlflowException as error:
        text = str(error)
        kinds = [kind for words, kind in MESSAGES.items() if words in text]
        return (kinds[0] if len(kinds) == 1 else f"unknown message: {text}"), text[:70]
    except (AttributeError, TypeError, KeyError) as error:
        return "crash", f"{type(error).__name__}: {error}"
    equal(version.status, "READY", "status of the version")
    return "accepted", f"version {version.version}"


for name, expected in json.loads((fixtures / "cases.json").read_text(encoding="utf-8")).items():
    model = f"{schema}.case_{name.replace('-', '_')}"
    with case(name) as detail:
        client.create_registered_model(model)
        verdict, message = registration(model, fixtures / name)
        equal(verdict, expected["mlflow"], "MLflow's verdict")
        versions = client.search_model_versions(f"name='{model}'")
        equal(len(versions), 1 if verdict == "accepted" else 0, "versions that exist afterwards")
        detail.text = f"{verdict}: {message}"
