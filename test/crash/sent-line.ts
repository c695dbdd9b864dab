const SENT = /^\[sent\] (?<method>[A-Z]+) (?<path>\S+)$/u;

/** What an action's process prints when it begins to send a request: in order with all else that it says. */
export function sentLine(method: string, path: string): string {
  return `[sent] ${method} ${path.split('?')[0] ?? ''}\n`;
}

/** The request that a printed line says was sent. */
export function sentOfLine(line: string): { readonly method: string; readonly path: string } | undefined {
  const { method, path } = SENT.exec(line)?.groups ?? {};
  return method === undefined || path === undefined ? undefined : { method, path };
}
