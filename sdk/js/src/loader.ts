/**
 * The part that stands in the page itself. Calls made before `sojourn.js` has arrived wait in an array
 * with the time they were made at; `load(writeKey, host, options)` fetches the script.
 */
type Stub = unknown[] & Record<string, (...args: unknown[]) => void>;

const site = window as unknown as { sojourn?: Stub };
if (!site.sojourn) {
  const stub = (site.sojourn = [] as unknown as Stub);
  for (const method of "init page track identify group alias reset optOut optIn".split(" ")) {
    stub[method] = (...args) => stub.push([method, args, Date.now()]);
  }
  stub["load"] = (writeKey, host, options) => {
    stub["init"]!(Object.assign({ writeKey, host }, options));
    const script = document.createElement("script");
    script.async = true;
    script.src = `${host as string}/sojourn.js`;
    document.head.appendChild(script);
  };
}
