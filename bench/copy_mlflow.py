"""Copies a version with MLflow's own client and writes what it took: report file, source URI, destination."""

import json
import resource
import sys
import time

report, source, destination = sys.argv[1:4]
import mlflow  # noqa: E402

client = mlflow.MlflowClient()
started = time.perf_counter()
ok = True
try:
    client.copy_model_version(source, destination)
except Exception as error:  # the report says it
    ok = False
    print(repr(error)[:500], file=sys.stderr)
inside = time.perf_counter() - started
usage = resource.getrusage(resource.RUSAGE_SELF)
with open(report, "w", encoding="utf-8") as file:
    json.dump(
        {
            "insideMs": round(inside * 1000),
            "cpuMs": round((usage.ru_utime + usage.ru_stime) * 1000),
            "peakMb": usage.ru_maxrss // 1024,
            "ok": ok,
        },
        file,
    )
