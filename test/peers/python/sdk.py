"""The official databricks-sdk reads what MLflow wrote, writes what it may, and MLflow reads that back:
`sdk.py FOLDER CATALOG.SCHEMA`."""

import pathlib
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound
from mlflow import MlflowClient

from peer_case import case, equal

folder, schema = pathlib.Path(sys.argv[1]), sys.argv[2]
name = f"{schema}.peer_sdk"
workspace = WorkspaceClient()
client = MlflowClient()

client.create_registered_model(name, description="Card fraud")
client.create_model_version(name, str(folder), description="first")
client.create_model_version(name, str(folder))

with case("who am I") as detail:
    me = workspace.current_user.me()
    detail.text = f"{me.user_name}, {len(me.groups or [])} groups"

with case("model: owner, comment, aliases of MLflow") as detail:
    client.set_registered_model_alias(name, "Champion", "1")
    model = workspace.registered_models.get(name, include_aliases=True)
    equal((model.full_name, model.comment), (name, "Card fraud"), "model")
    equal(model.owner, workspace.current_user.me().user_name, "owner")
    equal([(alias.alias_name.lower(), alias.version_num) for alias in model.aliases], [("champion", 1)], "aliases")

with case("alias: the SDK moves it, MLflow reads it"):
    workspace.registered_models.set_alias(name, "Champion", 2)
    equal(str(client.get_model_version_by_alias(name, "Champion").version), "2", "MLflow's answer")
    equal(workspace.model_versions.get_by_alias(name, "Champion").version, 2, "the SDK's answer")
    workspace.registered_models.delete_alias(name, "Champion")
    equal(client.get_registered_model(name).aliases, {}, "aliases after delete")

with case("versions: list and comment") as detail:
    listed = list(workspace.model_versions.list(name, max_results=1))
    equal(sorted(version.version for version in listed), [1, 2], "versions by pages of one")
    workspace.model_versions.update(name, 2, comment="second")
    equal(client.get_model_version(name, "2").description, "second", "description that MLflow reads")
    status = workspace.model_versions.get(name, 1).status
    equal(status.value, "READY", "status")

with case("models of the schema, by pages"):
    catalog, short = schema.split(".")
    listed = [model.full_name for model in workspace.registered_models.list(catalog_name=catalog, schema_name=short)]
    equal(listed.count(name), 1, "how often the model is listed")

with case("effective grants on securable type function") as detail:
    rows = workspace.grants.get_effective("function", name).privilege_assignments or []
    found = sorted({privilege.privilege.value for row in rows for privilege in row.privileges if privilege.privilege})
    equal("EXECUTE" in found, True, "EXECUTE among the effective privileges")
    detail.text = ", ".join(found)

with case("missing objects are NotFound"):
    for call in (
        lambda: workspace.registered_models.get(f"{schema}.no_such_model"),
        lambda: workspace.model_versions.get(name, 99),
        lambda: workspace.model_versions.get_by_alias(name, "nobody"),
        lambda: workspace.files.download(f"/Models/{name.replace('.', '/')}/1/no-such-file").contents.read(),
    ):
        try:
            call()
        except NotFound:
            continue
        raise AssertionError("not refused")

with case("Files API: list, stat and read a version") as detail:
    root = f"/Models/{name.replace('.', '/')}/1"
    found = {entry.name: entry.file_size for entry in workspace.files.list_directory_contents(root)}
    wanted = {path.name: path.stat().st_size for path in folder.iterdir()}
    equal({key: value for key, value in found.items() if key in wanted}, wanted, "files and sizes")
    equal(workspace.files.get_metadata(f"{root}/MLmodel").content_length, wanted["MLmodel"], "size by HEAD")
    body = workspace.files.download(f"{root}/MLmodel").contents.read()
    equal(body, (folder / "MLmodel").read_bytes(), "bytes of MLmodel")
    detail.text = f"{len(found)} files"
