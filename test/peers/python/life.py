"""The life of a registered model, as MLflow's own client lives it: arguments are the fixture folder and a schema
of the source and of the destination, e.g. `life.py FOLDER staging.ml_team prod.ml_team`."""

import pathlib
import sys
import tempfile

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from peer_case import case, equal, refused

folder, source_schema, destination_schema = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
# Names of its own, so that a world which already holds the demo models serves as well.
name = f"{source_schema}.peer_life"
copied = f"{destination_schema}.peer_life_copy"
client = MlflowClient()

# MLflow's download writes this file beside what was registered.
DOWNLOAD_NOTE = "registered_model_meta"


def contents(root) -> dict[str, bytes]:
    root = pathlib.Path(root)
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    files.pop(DOWNLOAD_NOTE, None)
    return files


def aliases_of(model: str) -> dict[str, str]:
    return {alias: str(version) for alias, version in client.get_registered_model(model).aliases.items()}


with case("create a model, once") as detail:
    client.create_registered_model(name, tags={"team": "risk"}, description="Card fraud")
    found = client.get_registered_model(name)
    equal((found.name, found.description, found.tags), (name, "Card fraud", {"team": "risk"}), "model")
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        equal(error.error_code, "RESOURCE_ALREADY_EXISTS", "code of the second create")
    else:
        raise AssertionError("the second create was not refused")

with case("name without three levels is refused"):
    with refused("three levels"):
        client.create_registered_model("peer_life")

with case("register two versions") as detail:
    first = client.create_model_version(name, str(folder), description="first", tags={"stage": "candidate"})
    equal((str(first.version), first.status), ("1", "READY"), "first version")
    second = mlflow.register_model(str(folder), name)
    equal((str(second.version), second.status), ("2", "READY"), "second version")
    read = client.get_model_version(name, "1")
    equal((read.description, read.tags), ("first", {"stage": "candidate"}), "what was registered with version 1")
    detail.text = "1 and 2, READY"

with case("alias: set, read, move, read, delete"):
    client.set_registered_model_alias(name, "Champion", "1")
    equal(str(client.get_model_version_by_alias(name, "Champion").version), "1", "after set")
    client.set_registered_model_alias(name, "Champion", "2")
    equal(str(client.get_model_version_by_alias(name, "Champion").version), "2", "after move")
    equal({key.lower(): value for key, value in aliases_of(name).items()}, {"champion": "2"}, "aliases of the model")
    equal(str(client.get_model_version_by_alias(name, "champion").version), "2", "read in lower case")
    client.delete_registered_model_alias(name, "Champion")
    equal(aliases_of(name), {}, "after delete")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        client.get_model_version_by_alias(name, "Champion")

with case("alias: reserved names and missing versions are refused"):
    for alias in ("latest", "v12"):
        with refused("INVALID_PARAMETER_VALUE"):
            client.set_registered_model_alias(name, alias, "1")
    # The client itself checks the characters (3.17.2), so this one never reaches the server.
    with refused("alias", "a b"):
        client.set_registered_model_alias(name, "a b", "1")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        client.set_registered_model_alias(name, "Champion", "99")
    equal(aliases_of(name), {}, "aliases of the model")

with case("tags of model and version: set, overwrite, delete"):
    client.set_registered_model_tag(name, "tier", "1")
    client.set_registered_model_tag(name, "tier", "2")
    equal(client.get_registered_model(name).tags, {"team": "risk", "tier": "2"}, "model tags")
    client.delete_registered_model_tag(name, "tier")
    equal(client.get_registered_model(name).tags, {"team": "risk"}, "model tags after delete")
    client.set_model_version_tag(name, "1", "validation_status", "approved")
    client.set_model_version_tag(name, "1", "empty", "")
    equal(
        client.get_model_version(name, "1").tags,
        {"stage": "candidate", "validation_status": "approved", "empty": ""},
        "version tags",
    )
    client.delete_model_version_tag(name, "1", "empty")
    equal("empty" in client.get_model_version(name, "1").tags, False, "tag after delete")
    equal(client.get_model_version(name, "2").tags, {}, "tags of the other version")

with case("descriptions of model and version"):
    client.update_registered_model(name, description="Card fraud, EU")
    client.update_model_version(name, "2", description="Q3 retrain: é, 漢, \"quoted\"\nsecond line")
    equal(client.get_registered_model(name).description, "Card fraud, EU", "model")
    equal(client.get_model_version(name, "2").description, "Q3 retrain: é, 漢, \"quoted\"\nsecond line", "version")

def every(search) -> list:
    """All hits of a paged search; a page may be empty although more follow."""
    hits, token = [], None
    while True:
        page = search(token)
        hits += list(page)
        token = page.token
        if not token:
            return hits


with case("search: versions of a model, pages, models") as detail:
    for size in (100, 1):
        found = every(lambda token: client.search_model_versions(f"name='{name}'", max_results=size, page_token=token))
        equal(sorted(int(version.version) for version in found), [1, 2], f"versions by pages of {size}")
    names = [
        model.name for model in every(lambda token: client.search_registered_models(max_results=1, page_token=token))
    ]
    equal(names.count(name), 1, f"how often {name} is listed")
    detail.text = f"{len(names)} models by pages of one"

with case("download: the bytes that were registered") as detail:
    with tempfile.TemporaryDirectory() as target:
        path = mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{name}/1", dst_path=target)
        wanted, found = contents(folder), contents(path)
        equal(sorted(found), sorted(wanted), "files")
        equal([file for file in wanted if found[file] != wanted[file]], [], "files that differ")
        detail.text = f"{len(found)} files, {sum(map(len, found.values()))} bytes"

with case("copy_model_version: by number and by alias") as detail:
    client.set_registered_model_alias(name, "Candidate", "1")
    by_number = client.copy_model_version(f"models:/{name}/1", copied)
    by_alias = client.copy_model_version(f"models:/{name}@Candidate", copied)
    equal((by_number.name, str(by_number.version), by_number.status), (copied, "1", "READY"), "copy by number")
    equal((str(by_alias.version), by_alias.status), ("2", "READY"), "copy by alias")
    carried = client.get_model_version(copied, "2")
    equal(carried.description, "first", "description of the copy")
    equal(carried.tags, {"stage": "candidate", "validation_status": "approved"}, "tags of the copy")
    equal(aliases_of(copied), {}, "aliases of the copy")
    with tempfile.TemporaryDirectory() as target:
        path = mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{copied}/2", dst_path=target)
        equal(contents(path), contents(folder), "bytes of the copy")
    detail.text = f"source of the copy: {carried.source}"

with case("load by alias and predict as the local model does") as detail:
    client.set_registered_model_alias(copied, "Champion", "2")
    rows = pandas.DataFrame(
        {
            "amount": [12.5, 980.0, 61.2, 410.75],
            "country_code": [49, 250, 1, 33],
            "merchant_risk": [0.05, 0.93, 0.4, 0.71],
            "night": [False, True, False, True],
        }
    )
    local = mlflow.pyfunc.load_model(str(folder)).predict(rows)
    remote = mlflow.pyfunc.load_model(f"models:/{copied}@Champion").predict(rows)
    equal(list(remote), list(local), "predictions")
    detail.text = f"predictions {[int(value) for value in remote]}"

with case("delete a version takes its aliases; delete a model") as detail:
    client.delete_model_version(copied, "2")
    equal(aliases_of(copied), {}, "aliases")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        client.get_model_version(copied, "2")
    client.delete_registered_model(copied)
    with refused("RESOURCE_DOES_NOT_EXIST"):
        client.get_registered_model(copied)
