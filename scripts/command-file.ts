/** The name-value pairs of a command file, in both of its forms. */
export function parseCommandFile(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const heredoc = /^([^=]*?)<<(.+)$/.exec(line);
    if (heredoc?.[1] !== undefined && heredoc[2] !== undefined) {
      const end = lines.indexOf(heredoc[2], index + 1);
      if (end < 0) throw new Error(`no end of the value of ${heredoc[1]}`);
      pairs[heredoc[1]] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (line !== '') {
      const at = line.indexOf('=');
      if (at < 0) throw new Error(`neither name=value nor name<<end: ${line}`);
      pairs[line.slice(0, at)] = line.slice(at + 1);
    }
  }
  return pairs;
}
