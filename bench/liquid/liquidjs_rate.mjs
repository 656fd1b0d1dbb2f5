// The rates of liquidjs: liquidjs_rate.mjs TEMPLATE DATA SECONDS OUTPUT
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

// Where the tests have it.
const { Liquid } = createRequire(new URL("../../tests/liquid/package.json", import.meta.url))(
  "liquidjs",
);

function rate(seconds, once) {
  let count = 0;
  const began = performance.now();
  for (;;) {
    for (let i = 0; i < 10; i += 1) once();
    count += 10;
    const passed = (performance.now() - began) / 1000;
    if (passed >= seconds) return count / passed;
  }
}

const [template, data, seconds, output] = process.argv.slice(2);
const source = readFileSync(template, "utf8");
const scope = JSON.parse(readFileSync(data, "utf8"));
const engine = new Liquid();
const compiled = engine.parse(source);
writeFileSync(output, engine.renderSync(compiled, scope));
console.log(
  JSON.stringify({
    renders: rate(Number(seconds), () => engine.renderSync(compiled, scope)),
    parses: rate(Number(seconds), () => engine.parse(source)),
  }),
);
