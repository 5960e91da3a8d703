// Headless Chromium with the live server's task pane, in which xlwings' own scripts run as they are.
//
//   node driver.mjs URL NODE_MODULES CHROMIUM PROFILE
//
// One JSON a line. In: {"calls": [[id, args], ...]}, which are made at the same time, or {"pane": "check"}.
// Out: first {"ids": [...]}, then for each line {"answers": [...], "requests": n}; always with what else was seen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [url, modules, executablePath, profile] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const shim = readFileSync(new URL("office-shim.js", import.meta.url), "utf8");

const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = context.pages()[0] ?? (await context.newPage());

const outside = [];
const faults = [];
let requests = 0;
page.on("pageerror", (error) => faults.push(String(error)));
page.on("console", (message) => {
  // a call that fails is told of there by xlwings' script, and by Chromium
  if (message.type() === "error" && !/^(Attempt \d+: |Failed to load resource: )/.test(message.text())) {
    faults.push(message.text());
  }
});
await context.route("**/*", (route) => {
  const asked = route.request().url();
  if (!asked.startsWith(`${url}/`)) {
    outside.push(asked);
    return route.abort();
  }
  if (/\/office-js\/.*\/office\.js$/.test(asked)) {
    return route.fulfill({ contentType: "text/javascript", body: shim });
  }
  if (asked.endsWith("/custom-functions-call")) requests += 1;
  return route.continue();
});

const say = (told) => process.stdout.write(`${JSON.stringify({ ...told, outside, faults })}\n`);

await page.goto(`${url}/taskpane.html`);
await page.waitForSelector("#workload[data-ready]");
await page.waitForFunction(() => globalThis.excel.ids().length > 0 && globalThis.xlwings && globalThis.xwRequest);
say({ ids: await page.evaluate(() => globalThis.excel.ids()) });

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const before = requests;
  let answers;
  if (asked.pane === "check") {
    await page.click("#workload-check");
    await page.waitForSelector("#workload-result li");
    answers = await page.$$eval("#workload-result li", (all) => all.map((one) => [one.className, one.textContent]));
    answers.push(["title", await page.title()]);
  } else {
    answers = await page.evaluate(
      (calls) => Promise.all(calls.map(([id, args]) => globalThis.excel.call(id, args))),
      asked.calls,
    );
  }
  say({ answers, requests: requests - before });
}
await context.close();
