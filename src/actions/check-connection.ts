import { CHECK_CONNECTION_INPUTS, CHECK_CONNECTION_OUTPUTS } from '../inputs/check-connection.ts';
import { defineAction } from './contract/action.ts';

/** Reports how a job is connected: the first step of a new user, and the first thing to ask for in a report of a fault. */
export const checkConnection = defineAction({
  name: 'check-connection',
  title: 'Check the connection to Databricks',
  description:
    'Sign in and report who the caller is, which workspace responds, what fails and how long each request takes.',
  icon: 'activity',
  inputs: CHECK_CONNECTION_INPUTS,
  outputs: CHECK_CONNECTION_OUTPUTS,
  requirements: {
    writes: false,
    privileges: ['none to sign in; EXECUTE on `model` and USE CATALOG on each catalog, if they are given'],
  },
  run: async (context) =>
    (await import(/* webpackChunkName: "work" */ './check-connection/run.ts')).runCheckConnection(context),
});
