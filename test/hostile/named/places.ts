import type { Place } from '../intervention.ts';

/** Requests that schedules are about. */
export const ALIAS = (alias: string): Place => ({
  method: 'PUT',
  path: new RegExp(`/aliases/${alias}$`, 'u'),
});
export const CREATE: Place = { method: 'POST', path: /model-versions\/create$/u };
export const CREATE_MODEL: Place = { method: 'POST', path: /registered-models\/create$/u };
export const FINALIZE: Place = { method: 'POST', path: /model-versions\/finalize$/u };
export const DELETE_VERSION: Place = { method: 'DELETE', path: /model-versions\/delete$/u };
export const LAST_FILE: Place = { method: 'PUT', path: /\/MLmodel$/u };
export const SET_OWNER: Place = { method: 'PATCH', path: /\/unity-catalog\/models\/[^/]+$/u };
export const SET_TAG = (key: string): Place => ({
  method: 'POST',
  path: /model-versions\/set-tag$/u,
  body: new RegExp(`"key":"${key}"`, 'u'),
});
