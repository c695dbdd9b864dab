"""A script of a repository as `validate-job: file:…` runs it: real MLflow loads the version, and scikit-learn says how good it is."""

import argparse
import json

import mlflow
import pandas
from sklearn.metrics import roc_auc_score

parser = argparse.ArgumentParser()
for name in ("model_name", "model_version", "model_uri"):
    parser.add_argument(f"--{name}", required=True)
given = parser.parse_args()

mlflow.set_tracking_uri("databricks")
mlflow.set_registry_uri("databricks-uc")
model = mlflow.sklearn.load_model(given.model_uri)
rows = pandas.DataFrame({"amount": [1.0, 900.0, 2.0, 800.0], "country_code": [1, 7, 1, 7], "merchant_risk": [0.1, 0.9, 0.2, 0.8], "night": [False, True, False, True]})
auc = float(roc_auc_score([0, 1, 0, 1], model.predict_proba(rows)[:, 1]))
print(json.dumps({"passed": auc > 0.5, "auc": round(auc, 4), "uri": given.model_uri, "version": given.model_version, "message": f"auc {auc:.4f}"}))
