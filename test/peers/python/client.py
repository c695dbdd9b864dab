"""MLflow's client, one operation after the other: the argument is a JSON list of `{"do": …}`, the answer one line
of JSON after a marker, a list with one answer an operation. An error ends the script."""

import hashlib
import inspect
import json
import pathlib
import sys
import tempfile

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.store.model_registry.abstract_store import AbstractStore
from mlflow.types.schema import ColSpec, Schema

client = MlflowClient()

ROWS = pandas.DataFrame(
    {
        "amount": [12.5, 980.0, 61.2, 410.75, 77.0, 2300.1],
        "country_code": [49, 250, 1, 33, 86, 7],
        "merchant_risk": [0.05, 0.93, 0.4, 0.71, 0.62, 0.5],
        "night": [False, True, False, True, True, False],
    }
)


def register(folder: str, model: str, run: str | None = None):
    """As a training script does: `mlflow.register_model` on the folder it saved, or on that of a run; gives the version.

    Never a file URI: MLflow 3.17.2 takes the folder behind one for its own download and deletes it.
    """
    if run is not None:
        client.create_registered_model(model)
        return int(client.create_model_version(model, folder, run_id=run).version)
    return int(mlflow.register_model(folder, model).version)


def register_uri(uri: str, model: str):
    """`mlflow.register_model` on whatever a URI or a path means; gives the version."""
    return int(mlflow.register_model(uri, model).version)


def migrate(source: str, destination: str):
    """A version of the workspace's own registry into Unity Catalog, as MLflow's documentation migrates one."""
    workspace = MlflowClient(registry_uri="databricks")
    return int(workspace.copy_model_version(source, destination).version)


def save(data: str, folder: str, run: str):
    """A model as this release logs one in a run, its file as `data`: what another release wrote it may be unable to read."""
    columns = [("double", "amount"), ("long", "country_code"), ("double", "merchant_risk"), ("boolean", "night")]
    signature = ModelSignature(
        inputs=Schema([ColSpec(kind, name) for kind, name in columns]),
        outputs=Schema([ColSpec("long", "is_fraud")]),
    )
    mlflow.pyfunc.save_model(
        folder,
        loader_module="mlflow.sklearn",
        data_path=data,
        signature=signature,
        pip_requirements=["scikit-learn"],
        # 2.9.2 registers only what says which run logged it.
        mlflow_model=Model(artifact_path="model", run_id=run),
    )


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


def fields(entity):
    """Every property of one of MLflow's entities, with what a search leaves out as the client's own words."""
    found = {}
    for name in sorted(name for name in dir(type(entity)) if isinstance(getattr(type(entity), name), property)):
        try:
            found[name] = getattr(entity, name)
        except MlflowException as error:
            found[name] = str(error)
    return json.loads(json.dumps(found, default=lambda value: getattr(value, "__dict__", str(value))))


def entities(model: str):
    """A model, its versions and what its aliases name, field by field, as each way of reading gives them."""
    found = client.get_registered_model(model)
    hits = sorted(client.search_model_versions(f"name='{model}'"), key=lambda hit: int(hit.version))
    models = [fields(each) for each in client.search_registered_models() if each.name == model]
    return {
        "model": fields(found),
        "listed": models,
        "searched": [fields(hit) for hit in hits],
        "versions": [fields(client.get_model_version(model, str(hit.version))) for hit in hits],
        "aliased": {name: fields(client.get_model_version_by_alias(model, name)) for name in found.aliases},
        "places": [client.get_model_version_download_uri(model, str(hit.version)) for hit in hits],
    }


def refusals(model: str):
    """The error code of each call that must be refused; `none` for one that was not."""
    calls = {
        "model again": lambda: client.create_registered_model(model),
        "model of two levels": lambda: client.create_registered_model("ml_team.short"),
        "no such model": lambda: client.get_registered_model(f"{model}_absent"),
        "no such version": lambda: client.get_model_version(model, "99"),
        "no such alias": lambda: client.get_model_version_by_alias(model, "nobody"),
        "alias on no version": lambda: client.set_registered_model_alias(model, "next", "99"),
        "reserved alias": lambda: client.set_registered_model_alias(model, "latest", "1"),
        "tag on no version": lambda: client.set_model_version_tag(model, "99", "a", "b"),
        "description of no version": lambda: client.update_model_version(model, "99", "text"),
        "delete no version": lambda: client.delete_model_version(model, "99"),
    }
    found = {}
    for name, call in calls.items():
        try:
            call()
            found[name] = "none"
        except MlflowException as error:
            found[name] = error.error_code
    return found


def operations():
    """What the client's registry can do with models: every public operation of its store but prompts and webhooks."""
    public = inspect.getmembers(AbstractStore, inspect.isfunction)
    words = ("_", "test_", "list_", "link_")
    return sorted(
        name for name, _ in public if not name.startswith(words) and "prompt" not in name and "webhook" not in name
    )


def newest():
    """By search alone: each model with its newest READY version."""
    found = {}
    for model in [*pages(client.search_registered_models)]:
        hits = pages(lambda page_token=None, name=model.name: client.search_model_versions(f"name='{name}'", page_token=page_token))
        ready = [int(hit.version) for hit in hits if hit.status == "READY"]
        if ready:
            found[model.name] = max(ready)
    return found


def pages(search):
    """All that a search finds, page by page."""
    page = search()
    yield from page
    while page.token:
        page = search(page_token=page.token)
        yield from page


def untag_version(model: str, version: int, key: str):
    client.delete_model_version_tag(model, str(version), key)


def untag_model(model: str, key: str):
    client.delete_registered_model_tag(model, key)


def describe_model(model: str, description: str):
    client.update_registered_model(model, description=description)


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


def call(uri: str, data: list):
    return list(mlflow.pyfunc.load_model(uri).predict(data))


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


def registry_methods():
    """Names of the client's methods on registered models and their versions."""
    return sorted(
        name
        for name in dir(client)
        if not name.startswith("_") and ("registered_model" in name or "model_version" in name or name == "get_latest_versions")
    )


def run(code: str):
    """Lines of Python that a summary printed, as somebody would who takes them from there."""
    exec(code, {})


OPERATIONS = {
    function.__name__: function
    for function in (
        register,
        register_uri,
        migrate,
        save,
        copy,
        read,
        entities,
        refusals,
        operations,
        newest,
        set_alias,
        delete_alias,
        tag_version,
        tag_model,
        untag_version,
        untag_model,
        describe,
        describe_model,
        predict,
        call,
        files,
        registry_methods,
        run,
    )
}

answers = []
for operation in json.loads(sys.argv[1]):
    answers.append(OPERATIONS[operation.pop("do")](**operation))
print("::peer-answers:: " + json.dumps(answers), flush=True)
