"""Fresh signature texts, whole and broken, with MLflow's verdict: `compatibility_texts.py SCRIPT SEED COUNT ANSWERS`.

SCRIPT is test/fixtures/make-signature-verdicts.py, whose table of faults draws the texts.
"""

import importlib.util
import json
import sys

script, seed, count, target = sys.argv[1:]
spec = importlib.util.spec_from_file_location("verdicts", script)
verdicts = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verdicts)
verdicts.RANDOM.seed(int(seed))

cases = []
for _ in range(int(count)):
    part = verdicts.RANDOM.choice(["inputs", "inputs", "params"])
    if part == "params":
        tree = verdicts.params()
    else:
        tree = verdicts.columns() if verdicts.RANDOM.random() < 0.75 else verdicts.tensors()
    for _ in range(verdicts.RANDOM.choice([0, 0, 1, 1, 1, 2])):
        verdicts.break_one(tree)
    cases.append(verdicts.verdict(part, json.dumps(tree)))
with open(target, "w", encoding="utf-8") as file:
    json.dump([{"part": each["part"], "text": each["text"], "mlflow": each["mlflow"]} for each in cases], file)
print(len(cases))
