"""The official databricks-sdk waits for the run of a copy in the workspace and reads what it says: `engine_run.py RUN MODEL VERSION`."""

import datetime
import json
import sys

from databricks.sdk import WorkspaceClient

from peer_case import case, equal

run_id, model, version = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
workspace = WorkspaceClient()
me = workspace.current_user.me().user_name

with case("the run of a copy: waited for while it is active, its task, its environment and its output") as detail:
    run = workspace.jobs.wait_get_run_job_terminated_or_skipped(run_id, timeout=datetime.timedelta(seconds=150))
    [task] = run.tasks
    output = workspace.jobs.get_run_output(task.run_id)
    equal((run.creator_user_name, run.status.termination_details.code.value), (me, "SUCCESS"), f"run, which printed {output.logs[-300:]}")
    equal(task.spark_python_task.python_file.endswith("/launch.py"), True, task.spark_python_task.python_file)
    said = json.loads([line for line in output.logs.splitlines() if '"passed"' in line][-1])
    equal((said["passed"], said["outcome"], said["version"], said["verified"]), (True, "ok", str(version), "full"), "what it said")
    found = workspace.model_versions.get(model, version)
    equal(found.status.value, "READY", "status of the copy")
    detail.text = f"version {said['version']}, {said['digest']}"
