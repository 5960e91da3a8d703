// A stand-in for office.js: as much of Office, Excel and CustomFunctions as xlwings' own scripts use.
(() => {
  const associated = new Map();
  globalThis.CustomFunctions = {
    associate: (id, implementation) => associated.set(id, implementation),
    ErrorCode: { invalidValue: "#VALUE!" },
    Error: class extends Error {
      constructor(code, message) {
        super(message);
        this.code = code;
      }
    },
  };

  const supported = { CustomFunctionsRuntime: 1.4, ExcelApi: 1.17, SharedRuntime: 1.1 };
  globalThis.Office = {
    onReady: (callback) => {
      const info = { host: "Excel", platform: "OfficeOnline" };
      const ready = Promise.resolve(info);
      if (callback) ready.then(callback);
      return ready;
    },
    HostType: { Excel: "Excel" },
    actions: { associate() {} },
    context: {
      requirements: { isSetSupported: (set, version) => (supported[set] ?? 0) >= Number(version) },
      diagnostics: { version: "shim", platform: "shim" },
      document: { settings: { get: () => null, set() {}, saveAsync() {} } },
    },
  };

  class RequestContext {
    constructor() {
      this.workbook = { name: "工作量.xlsx", load() {}, worksheets: { onCalculated: { add() {} } } };
      const datetimeFormat = { shortDatePattern: "yyyy/m/d", load() {} };
      this.application = { cultureInfo: { name: "zh-CN", load() {}, datetimeFormat } };
    }
    async sync() {}
  }
  globalThis.Excel = { RequestContext, run: async (batch) => batch(new RequestContext()) };

  // What Excel does for a formula: the arguments as matrices, last what it tells of the call; a rejection is an error.
  globalThis.excel = {
    ids: () => [...associated.keys()],
    call: async (id, args) => {
      const implementation = associated.get(id);
      if (!implementation) return { error: { code: "#NAME?", message: id } };
      try {
        return { result: await implementation(...args, { address: "Sheet1!A1", functionName: id, setResult() {} }) };
      } catch (error) {
        return { error: { code: error.code ?? String(error), message: error.message } };
      }
    },
  };
})();
