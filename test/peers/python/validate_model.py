"""What a validation job runs: real MLflow loads a version and scikit-learn predicts with it: `validate_model.py MODEL VERSION FLOOR`."""

import json
import sys

import mlflow
import pandas

name, version, floor = sys.argv[1], sys.argv[2], float(sys.argv[3])
mlflow.set_tracking_uri("databricks")
mlflow.set_registry_uri("databricks-uc")
model = mlflow.sklearn.load_model(f"models:/{name}/{version}")
rows = pandas.DataFrame({"amount": [1.0, 900.0], "country_code": [1, 7], "merchant_risk": [0.1, 0.9], "night": [False, True]})
scores = [round(float(each), 4) for each in model.predict_proba(rows)[:, 1]]
print("::result:: " + json.dumps({"model": name, "version": version, "scores": scores}))
if max(scores) < floor:
    raise ValueError(f"the highest score {max(scores)} is below {floor}")
