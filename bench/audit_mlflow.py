"""Walks the models of a catalog with MLflow's own client, and writes what it took: report file, catalog, number of models.

The same questions as an audit's: which models there are, the aliases and versions of each, and of each version that an alias names
its state and its `MLmodel`.
"""

import json
import resource
import sys
import time

report, catalog, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
import mlflow  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

client = mlflow.MlflowClient()
started = time.perf_counter()
names, token = [], None
while True:
    page = client.search_registered_models(max_results=100, page_token=token)
    names += [model.name for model in page if model.name.startswith(f"{catalog}.")]
    token = page.token
    if not token:
        break
listed = time.perf_counter() - started
ok, aliases, versions, signed, dangling = True, 0, 0, 0, 0
try:
    for name in names[:most]:
        model = client.get_registered_model(name)
        versions += len(client.search_model_versions(f"name = '{name}'", max_results=100))
        for number in sorted(set(model.aliases.values())):
            try:
                version = client.get_model_version(name, number)
            except MlflowException as error:
                if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                dangling += 1
                continue
            info = mlflow.models.get_model_info(f"models:/{name}/{number}")
            signed += version.status == "READY" and info.signature is not None
        aliases += len(model.aliases)
except Exception as error:  # the report says it
    ok = False
    print(repr(error)[:500], file=sys.stderr)
inside = time.perf_counter() - started
usage = resource.getrusage(resource.RUSAGE_SELF)
with open(report, "w", encoding="utf-8") as file:
    json.dump(
        {
            "insideMs": round(inside * 1000),
            "listedMs": round(listed * 1000),
            "walked": len(names[:most]),
            "aliases": aliases,
            "versions": versions,
            "signed": signed,
            "dangling": dangling,
            "cpuMs": round((usage.ru_utime + usage.ru_stime) * 1000),
            "peakMb": usage.ru_maxrss // 1024,
            "ok": ok,
        },
        file,
    )
