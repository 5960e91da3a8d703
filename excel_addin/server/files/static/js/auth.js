// What is sent with each call so that the server knows who asks. Used by the script of the custom functions.
const workloadTokenKey = () =>
  (globalThis.Office?.context?.partitionKey ?? "") + "workloadToken";

globalThis.workloadToken = {
  get: () => {
    try {
      return localStorage.getItem(workloadTokenKey()) ?? "";
    } catch {
      return "";
    }
  },
  set: (token) => localStorage.setItem(workloadTokenKey(), token),
};

globalThis.getAuth = async function () {
  const providers = globalThis.config.authProviders;
  if (providers.includes("entraid")) {
    return { token: await xlwings.getAccessToken(), provider: "entraid" };
  }
  if (providers.includes("custom")) {
    return { token: "Bearer " + globalThis.workloadToken.get(), provider: "custom" };
  }
  return { token: "", provider: "" };
};
