// Renders JSON lines as `sojourn render --batch` does, with liquidjs.
import { createInterface } from "node:readline";
import { Liquid } from "liquidjs";

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const engine = new Liquid({ templates: question.templates ?? {}, relativeReference: false, extname: "" });
  let answer;
  try {
    // As globals, so that `render` sees the data.
    answer = { result: engine.parseAndRenderSync(question.template, {}, { globals: question.data ?? {} }) };
  } catch (error) {
    answer = { error: String(error.message) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
