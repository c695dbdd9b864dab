/**
 * The environment that a job of GitHub's runs in, as GitHub says it: null where it runs in none, undefined where that is not
 * known.
 */
export type JobEnvironment = string | null | undefined;
