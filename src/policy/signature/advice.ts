/** The line that logs a model with a signature, by flavor; `X` stands for a sample of the model's input. */
const LOG_LINES: readonly (readonly [flavor: string, line: string])[] = [
  [
    'spark',
    'mlflow.spark.log_model(model, name="model", signature=infer_signature(df, model.transform(df).select("prediction"))); autologging records none for Spark ML.',
  ],
  [
    'pytorch',
    'mlflow.pytorch.log_model(model, name="model", signature=infer_signature(x.numpy(), model(x).detach().numpy())), which declares tensors.',
  ],
  [
    'tensorflow',
    'mlflow.tensorflow.log_model(model, name="model", signature=infer_signature(X, model.predict(X))), which declares tensors.',
  ],
  [
    'keras',
    'mlflow.keras.log_model(model, name="model", signature=infer_signature(X, model.predict(X))), which declares tensors.',
  ],
  [
    'onnx',
    'mlflow.onnx.log_model(model, name="model", signature=infer_signature(X, session.run(None, {"input": X})[0])).',
  ],
  [
    'transformers',
    'mlflow.transformers.log_model(pipeline, name="model", signature=infer_signature(text, mlflow.transformers.generate_signature_output(pipeline, text))).',
  ],
  [
    'sentence_transformers',
    'mlflow.sentence_transformers.log_model(model, name="model", signature=infer_signature(sentences, model.encode(sentences))).',
  ],
  [
    'langchain',
    'mlflow.langchain.log_model(chain, name="model", signature=infer_signature(question, chain.invoke(question))).',
  ],
];

/** Flavors whose models have `predict`, so that one line serves them all. */
const WITH_PREDICT = [
  'sklearn',
  'xgboost',
  'lightgbm',
  'catboost',
  'prophet',
  'statsmodels',
  'pmdarima',
  'h2o',
];

const PYFUNC_LINE =
  'mlflow.pyfunc.log_model(python_model=model, name="model", signature=infer_signature(X, model.predict(None, X))), or give predict() type hints.';

/**
 * What to do about a version whose signature is missing or incomplete, in one line: with the flavor's own call where
 * the flavor is known. A registered version keeps its signature for ever: `set_signature` refuses one (uc-protocol §8.2).
 */
export function signatureFix(flavors: readonly string[]): string {
  return `Log the model again with a signature and register a new version, because this one cannot be changed: ${logLine(flavors)}`;
}

function logLine(flavors: readonly string[]): string {
  const own = LOG_LINES.find(([flavor]) => flavors.includes(flavor));
  if (own !== undefined) return own[1];
  const simple = WITH_PREDICT.find((flavor) => flavors.includes(flavor)) ?? 'sklearn';
  const known = flavors.includes(simple);
  if (!known && flavors.includes('python_function')) return PYFUNC_LINE;
  return `mlflow.${known ? simple : '<flavor>'}.log_model(model, name="model", signature=infer_signature(X, model.predict(X))).`;
}
