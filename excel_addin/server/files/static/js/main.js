// The task pane: its own words, the token where one is needed, and the self-check.
import { config } from "./config.js";

const page = document.getElementById("workload");
const words = JSON.parse(document.getElementById("workload-words").textContent);

document.documentElement.lang = words.lang;
document.title = words.title;
const failed = document.querySelector("#xlwings-office-ready-error .mb-3");
if (failed) {
  failed.textContent = words.notReady;
  document.getElementById("xlwings-taskpane-reload-btn").textContent = words.reload;
  document.getElementById("xlwings-taskpane-reload-cancel-btn").textContent = words.cancel;
}

const tokenBox = document.getElementById("workload-token");
if (config.authProviders.includes("custom")) {
  tokenBox.classList.remove("d-none");
  tokenBox.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = tokenBox.querySelector("input");
    const token = field.value.trim();
    field.value = "";
    try {
      if (!/^[\x21-\x7e]+$/.test(token)) throw new Error(words.badToken);
      globalThis.workloadToken.set(token);
    } catch (error) {
      show([[false, error.message]]);
      return;
    }
    check();
  });
}

function show(lines) {
  const list = document.getElementById("workload-result");
  list.replaceChildren(
    ...lines.map(([good, text]) => {
      const line = document.createElement("li");
      line.className = good ? "good" : "bad";
      line.textContent = text;
      return line;
    }),
  );
}

async function attempt(what, lines, told) {
  try {
    lines.push([true, told(await what())]);
  } catch (error) {
    lines.push([false, error.message]);
  }
}

async function fetched(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error((await response.text()) || `${words.failed} ${response.status}`);
  return response.json();
}

// One call as Excel makes it, through the same script, the same token and the same server.
async function called(name) {
  const auth = await globalThis.getAuth();
  const found = await fetched("/xlwings/custom-functions-call", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: auth.token,
      "Auth-Provider": auth.provider,
    },
    body: JSON.stringify({
      client: "Office.js",
      func_name: name,
      args: [],
      version: config.xlwingsVersion,
      runtime: "1.1",
    }),
  });
  return found.result;
}

async function check() {
  const lines = [];
  await attempt(
    async () => {
      const meta = await fetched("/xlwings/custom-functions-meta.json");
      const names = new Set(meta.functions.map((one) => one.id));
      const missing = words.functions.filter((name) => !names.has(name));
      if (missing.length) throw new Error(`${words.missing} ${missing.join(" ")}`);
      return meta.functions.length;
    },
    lines,
    (count) => `${words.reached} ${count}`,
  );
  await attempt(
    async () => (await called("WL_RULES")).length - 1,
    lines,
    (count) => `${words.rules} ${count}`,
  );
  await attempt(
    async () => {
      const info = await Office.onReady();
      if (!info?.host) throw new Error(words.noExcel);
      if (!Office.context.requirements.isSetSupported("CustomFunctionsRuntime", "1.2")) {
        throw new Error(words.oldExcel);
      }
      return info.platform;
    },
    lines,
    (platform) => `${words.excel} ${platform}`,
  );
  show(lines);
}

document.getElementById("workload-check").addEventListener("click", check);
page.dataset.ready = "yes";
