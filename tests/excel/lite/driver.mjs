// xlwings Lite without Excel: Pyodide in Node runs main.py and answers calls as Lite does.
//
//   node driver.mjs CONFIG.json
//
// CONFIG: {"pyodide": folder of the npm package, "wheels": [files to install], "files": {"/data/…": file to show to
// Python}, "main": main.py, "module": its name}. Each line on standard input is {"func_name", "args"}, each line on
// standard output {"result"} or {"error"}, with "ms". The first line out is {"ready": what the start took, "meta": …}.

import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const config = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const say = async (message) => {
  if (!process.stdout.write(JSON.stringify(message) + "\n")) await once(process.stdout, "drain");
};
const now = () => performance.now();
const took = {};

async function timed(name, work) {
  const begin = now();
  const result = await work();
  took[name] = Math.round(now() - begin);
  return result;
}

const START = `
import os
os.environ["XLWINGS_ON_SERVER"] = "true"
os.environ["XLWINGS_LICENSE_KEY"] = "noncommercial"
import json, sys, types
import js
import xlwings.server
from pyodide.ffi import to_js

def run_main(source, name, path):
    module = types.ModuleType(name)
    if path:
        module.__file__ = path
    sys.modules[name] = module
    exec(compile(source, path or name, "exec"), module.__dict__)
    return module

def meta():
    return json.dumps(xlwings.server.custom_functions_meta(main), ensure_ascii=False)

async def answer(data):
    try:
        result = {"result": await xlwings.server.custom_functions_call(data.to_py(), main)}
    except Exception as error:
        result = {"error": str(error), "kind": type(error).__name__}
    return to_js(result, dict_converter=js.Object.fromEntries)

def loaded():
    return json.dumps(sorted(sys.modules))
`;

async function start() {
  const { loadPyodide } = await timed("import", () =>
    import(pathToFileURL(path.join(config.pyodide, "pyodide.mjs")).href));
  const python = await timed("loadPyodide", () =>
    loadPyodide({ stdout: (line) => console.error(line), stderr: (line) => console.error(line) }));
  const failed = [];
  await timed("wheels", () =>
    python.loadPackage(config.wheels, {
      messageCallback() {},
      errorCallback: (message) => failed.push(message),
    }));
  if (failed.length) throw new Error(failed.join("\n"));
  for (const [inside, outside] of Object.entries(config.files)) {
    python.FS.mkdirTree(path.posix.dirname(inside));
    python.FS.writeFile(inside, fs.readFileSync(outside));
  }
  await timed("xlwings", () => python.runPythonAsync(START));
  const source = fs.readFileSync(config.main, "utf8");
  await timed("main.py", async () => {
    python.globals.set("main", python.globals.get("run_main")(source, "main", config.path ?? null));
  });
  return python;
}

let python;
try {
  python = await start();
} catch (error) {
  await say({ failed: String(error.message ?? error).slice(-4000) });
  process.exit(0);
}
const answer = python.globals.get("answer");
await say({ ready: took, meta: JSON.parse(python.globals.get("meta")()) });

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.about === "modules") {
    await say({ modules: JSON.parse(python.globals.get("loaded")()) });
    continue;
  }
  const begin = now();
  const outcome = await answer({
    client: "Office.js",
    caller_address: "[Book.xlsx]Sheet1!A1",
    session_id: "test",
    culture_info_name: "zh-CN",
    date_format: "yyyy/m/d",
    version: "0.37.8",
    runtime: "1.4",
    ...asked,
  });
  await say({ ...outcome, ms: now() - begin });
}
process.exit(0);
