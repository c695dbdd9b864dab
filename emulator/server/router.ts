import type { Route } from '../routes/route.ts';

/** A route and the decoded parameters of its path. */
export interface Match {
  route: Route;
  params: Record<string, string>;
}

interface Compiled {
  route: Route;
  pattern: RegExp;
  names: string[];
}

/** Finds routes by method and path. Literal segments win over parameters. */
export class Router {
  private readonly compiled: Compiled[];

  constructor(routes: readonly Route[]) {
    this.compiled = routes.map(compile).sort((a, b) => a.names.length - b.names.length);
  }

  /** `path` is still percent-encoded. `allowed` lists methods that the path would take. */
  find(method: string, path: string): Match | { allowed: string[] } {
    const allowed: string[] = [];
    for (const { route, pattern, names } of this.compiled) {
      const found = pattern.exec(path);
      if (!found) continue;
      if (route.method === method) {
        const params = Object.fromEntries(names.map((name, index) => [name, decode(found[index + 1] ?? '')]));
        return { route, params };
      }
      allowed.push(route.method);
    }
    return { allowed };
  }
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.template
    .split(/(\{[a-z_]+\*?\})/)
    .map((part) => {
      const name = /^\{([a-z_]+)(\*?)\}$/.exec(part);
      if (!name) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(name[1] ?? '');
      return name[2] ? '(.+)' : '([^/]+)';
    })
    .join('');
  return { route, pattern: new RegExp(`^${source}$`), names };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
