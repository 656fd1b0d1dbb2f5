// Which features of our HTML Gmail, Outlook and Apple Mail do not know, as caniemail.com has it: a JSON object for each
// mail of the standard input (JSON lines of {name, html}), with the titles of errors by mail program.
import { createInterface } from 'node:readline';
import { caniemail } from 'caniemail';

const clients = ['gmail.*', 'outlook.*', 'apple-mail.*'];

for await (const line of createInterface({ input: process.stdin })) {
  const { name, html } = JSON.parse(line);
  const { issues } = caniemail({ clients, html });
  const errors = {};
  for (const [client, found] of issues.errors) {
    for (const issue of found) {
      (errors[issue.title] ??= new Set()).add(client);
    }
  }
  const listed = Object.entries(errors).map(([title, set]) => [title, [...set].sort()]);
  console.log(JSON.stringify({ name, errors: Object.fromEntries(listed) }));
}
