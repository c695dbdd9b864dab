/** Domains of workspaces and accounts by cloud (auth-and-http §3.4): credentials may go there. */
const CLOUDS = [
  'cloud.databricks.com',
  'cloud.databricks.us',
  'azuredatabricks.net',
  'databricks.azure.us',
  'databricks.azure.cn',
  'gcp.databricks.com',
];

/** Further domains under which only Databricks hands out names, to web pages too. */
const OWNED = ['databricks.com', 'databricks.us', 'databricks.mil'];

/** Whether a host name is one of a workspace or an account. */
export function isDatabricksCloud(hostname: string): boolean {
  return CLOUDS.some((domain) => isBelow(hostname, domain));
}

/** The domain of Databricks, the longest, that a host name is below; undefined for others. */
export function databricksDomain(hostname: string): string | undefined {
  return [...CLOUDS, ...OWNED].find((domain) => isBelow(hostname, domain));
}

function isBelow(hostname: string, domain: string): boolean {
  return hostname.toLowerCase().endsWith(`.${domain}`);
}
