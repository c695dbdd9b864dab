/** Name and version of this tool, as the user agent and the reports carry them; a test holds it to package.json. */
export const PRODUCT = { name: 'uc-promote', version: '0.1.0' } as const;
