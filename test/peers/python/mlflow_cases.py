"""Cases of MLflow's own test suites, asked of a server instead of a mock: `mlflow_cases.py FIXTURES CATALOG.SCHEMA RUN`,
where the server finds a run of that id.

Each case has the name of the test it restates (mlflow/mlflow, tests/store/_unity_catalog, tests/tracking and
tests/uc_oss; the last ones unitycatalog, BaseModelCRUDTest)."""

import pathlib
import shutil
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from peer_case import case, equal, refused

fixtures, schema, run_id = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
client = MlflowClient()
good = fixtures / "fraud_detection"
broken = fixtures / "mlmodel"


def fresh(name: str) -> str:
    model = f"{schema}.{name}"
    client.create_registered_model(model)
    return model


def refuses_registration(model: str, folder: pathlib.Path | str, *words: str) -> None:
    with refused(*words):
        client.create_model_version(model, str(folder))
    equal(list(client.search_model_versions(f"name='{model}'")), [], "versions that a refused registration left")


model = fresh("own_registration")

with case("test_create_model_version_missing_mlmodel"):
    refuses_registration(model, broken / "no-mlmodel", "Unable to load model metadata")

with case("test_create_model_version_missing_signature"):
    refuses_registration(model, broken / "signature-absent", "did not contain any signature metadata")

with case("test_create_model_version_missing_output_signature"):
    refuses_registration(model, broken / "inputs-only", "signature that includes only inputs")

with case("test_create_model_version_nonexistent_directory"):
    refuses_registration(model, "/nonexistent/folder", "Unable to download model artifacts")

with case("test_create_model_version_fails_fs_packaged_model"), tempfile.TemporaryDirectory() as work:
    folder = pathlib.Path(work) / "model"
    shutil.copytree(good, folder)
    text = (folder / "MLmodel").read_text()
    packaged = "loader_module: databricks.feature_store.mlflow_model"
    (folder / "MLmodel").write_text(text.replace("loader_module: mlflow.sklearn", packaged))
    equal(packaged in (folder / "MLmodel").read_text(), True, "whether the model says that Feature Store packaged it")
    refuses_registration(model, folder, "packaged by Databricks Feature Store")

# The bypass belongs to the migration from a workspace's registry: no public method has it (3.17.2).
register = client._get_registry_client().store._create_model_version_with_optional_signature_validation

with case("test_create_model_version_optional_signature_validation_bypass_enabled"):
    source = str(broken / "signature-absent")
    version = register(name=fresh("own_bypass"), source=source, bypass_signature_validation=True)
    equal(version.status, "READY", "status")

with case("test_create_model_version_optional_signature_validation_bypass_disabled"):
    with refused("did not contain any signature metadata"):
        register(name=model, source=str(broken / "signature-absent"), bypass_signature_validation=False)

with case("test_create_model_version_doesnt_redownload_model_from_local_dir"):
    before = sorted(path.name for path in good.iterdir())
    client.create_model_version(fresh("own_local"), str(good))
    equal(sorted(path.name for path in good.iterdir()), before, "files of the folder afterwards")

with case("test_create_registered_model_three_level_name_hint"):
    with refused("three levels"):
        client.create_registered_model("short")

with case("test_create_registered_model_three_level_name_hint_with_period"):
    with refused("three levels"):
        client.create_registered_model("ml_team.short")

with case("test_create_registered_model_three_level_name_hint_other_rest_exceptions_not_modified"):
    try:
        client.create_registered_model(model)
    except MlflowException as error:
        equal(error.error_code, "RESOURCE_ALREADY_EXISTS", "code")
        equal("three levels" in str(error), False, "whether a hint was added")
    else:
        raise AssertionError("not refused")

model = fresh("own_aliases")
for _ in range(2):
    client.create_model_version(model, str(good))

with case("test_set_registered_model_alias"):
    client.set_registered_model_alias(model, "Champion", "1")
    equal({key.lower(): str(value) for key, value in client.get_registered_model(model).aliases.items()}, {"champion": "1"}, "aliases")

with case("test_get_model_version_by_alias"):
    equal(str(client.get_model_version_by_alias(model, "Champion").version), "1", "version")

with case("test_set_delete_registered_model_alias_and_get_model_version_by_alias_flow"):
    client.set_registered_model_alias(model, "Champion", "2")
    equal(str(client.get_model_version_by_alias(model, "Champion").version), "2", "version after the move")
    equal(client.get_model_version(model, "1").aliases, [], "aliases of the former version")

with case("test_delete_registered_model_alias"):
    client.delete_registered_model_alias(model, "Champion")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        client.get_model_version_by_alias(model, "Champion")

with case("test_delete_model_version_deletes_alias"):
    client.set_registered_model_alias(model, "Challenger", "2")
    client.delete_model_version(model, "2")
    equal(client.get_registered_model(model).aliases, {}, "aliases of the model")

with case("test_delete_model_deletes_alias"):
    gone = fresh("own_gone")
    client.create_model_version(gone, str(good))
    client.set_registered_model_alias(gone, "Champion", "1")
    client.delete_registered_model(gone)
    client.create_registered_model(gone)
    equal(client.get_registered_model(gone).aliases, {}, "aliases of a new model of that name")

with case("test_set_model_version_tag"):
    client.set_model_version_tag(model, "1", "key", "value")
    equal(client.get_model_version(model, "1").tags, {"key": "value"}, "tags")

with case("test_set_model_version_tag_with_empty_string_as_value"):
    client.set_model_version_tag(model, "1", "empty", "")
    equal(client.get_model_version(model, "1").tags, {"key": "value", "empty": ""}, "tags")

with case("test_set_delete_model_version_tag_flow"):
    client.set_model_version_tag(model, "1", "key", "other")
    client.delete_model_version_tag(model, "1", "empty")
    equal(client.get_model_version(model, "1").tags, {"key": "other"}, "tags")

model = fresh("own_search")
for _ in range(3):
    client.create_model_version(model, str(good), run_id=run_id)

with case("test_search_model_versions"):
    found = client.search_model_versions(f"name='{model}'")
    equal(sorted(int(version.version) for version in found), [1, 2, 3], "versions")

with case("test_search_model_versions_with_pagination"):
    found, token = [], None
    while True:
        page = client.search_model_versions(f"name='{model}'", max_results=1, page_token=token)
        found += [int(version.version) for version in page]
        token = page.token
        if not token:
            break
    equal(sorted(found), [1, 2, 3], "versions by pages of one")

with case("test_search_model_versions_order_by_unsupported"):
    with refused("order_by"):
        client.search_model_versions(f"name='{model}'", order_by=["version_number ASC"])

with case("test_search_model_versions_rejects_unsupported_filter") as detail:
    try:
        client.search_model_versions("run_id='a1b2'")
    except MlflowException as error:
        detail.text = f"{error.error_code}: {str(error)[:110]}"
        equal("name" in str(error), True, f"whether it says what is supported: {error}")
    else:
        raise AssertionError("not refused")

root = f"models:/{model}/1"

with case("test_list_artifacts_many_files"):
    found = {item.path: item.file_size for item in mlflow.artifacts.list_artifacts(artifact_uri=root)}
    wanted = {path.name: path.stat().st_size for path in good.iterdir() if path.is_file()}
    equal({key: value for key, value in found.items() if key in wanted}, wanted, "files and sizes")

with case("test_list_artifacts_single_file"):
    equal(list(mlflow.artifacts.list_artifacts(artifact_uri=f"{root}/MLmodel")), [], "files below a file")

with case("test_list_artifacts_empty"):
    equal(list(mlflow.artifacts.list_artifacts(artifact_uri=f"{root}/no-such-folder")), [], "files of no folder")

with case("test_uc_models_artifact_repo_with_stage_uri_raises"):
    with refused("stage"):
        mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{model}/Production")

with case("test_copy_model_version_flow"):
    client.update_model_version(model, "1", "first")
    client.set_model_version_tag(model, "1", "key", "value")
    client.set_registered_model_alias(model, "Champion", "1")
    destination = f"{schema}.own_copy"
    for number in ("1", "2"):
        copied = client.copy_model_version(f"models:/{model}@Champion", destination)
        equal(str(copied.version), number, "version")
    copied, source = client.get_model_version(destination, "1"), client.get_model_version(model, "1")
    equal(source.run_id, run_id, "run of the source")
    equal((copied.description, copied.tags, copied.run_id), (source.description, source.tags, source.run_id), "what is carried")
    equal(client.get_registered_model(destination).aliases, {}, "aliases of the copy")

with case("test_create_model_version_remote_source"):
    before = sorted(pathlib.Path(tempfile.gettempdir()).iterdir())
    remote = fresh("own_remote")
    client.create_model_version(remote, root)
    after = sorted(pathlib.Path(tempfile.gettempdir()).iterdir())
    equal([path.name for path in after if path not in before], [], "folders that the download left")
    equal(client.get_model_version(remote, "1").status, "READY", "status")

with case("test_create_model_version_succeeds_when_logged_model_not_found"):
    foreign = client.create_model_version(fresh("own_foreign"), str(good), model_id="m-of-another-workspace")
    equal(foreign.status, "READY", "status")
    equal(foreign.model_id == "m-of-another-workspace", False, "whether the foreign id was sent")

with case("test_uc_models_artifact_uri_with_scope_and_prefix_throws"):
    with refused("unsupported for models in the Unity Catalog"):
        mlflow.artifacts.download_artifacts(artifact_uri=f"models://scope:prefix@databricks-uc/{model}/1")

with case("BaseModelCRUDTest: the second version is 2; a number is not given again"):
    counted = fresh("own_counted")
    numbers = [int(client.create_model_version(counted, str(good)).version) for _ in range(2)]
    client.delete_model_version(counted, "2")
    numbers.append(int(client.create_model_version(counted, str(good)).version))
    equal(numbers, [1, 2, 3], "numbers")

with case("BaseModelCRUDTest: a new name keeps versions, aliases and tags; the old one is gone"):
    client.set_registered_model_alias(counted, "Champion", "3")
    client.set_registered_model_tag(counted, "team", "risk")
    client.rename_registered_model(counted, f"{schema}.own_renamed")
    renamed = client.get_registered_model(f"{schema}.own_renamed")
    aliases = {key.lower(): str(value) for key, value in renamed.aliases.items()}
    equal((aliases, renamed.tags), ({"champion": "3"}, {"team": "risk"}), "aliases and tags")
    found = client.search_model_versions(f"name='{schema}.own_renamed'")
    equal(sorted(int(version.version) for version in found), [1, 3], "versions")
    with refused("RESOURCE_DOES_NOT_EXIST"):
        client.get_registered_model(counted)
