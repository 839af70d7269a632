// An OpenID provider for the tests: npm's oidc-provider on loopback, with a page on which anybody
// signs in as anybody. ASKED holds {port, shift, clientId, clientSecret, back, after}.
import { createServer } from "node:http";

const asked = JSON.parse(process.env.ASKED);

// The suite runs on a day of its own (tests/day.py). `late` is added while tokens are made.
const RealDate = Date;
let late = 0;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length) super(...given);
    else super(globalThis.Date.now());
  }
  static now() {
    return RealDate.now() + asked.shift * 1000 + late;
  }
};
// Node 20 has none.
URL.parse ??= (text, base) => {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
};

const { default: Provider } = await import("oidc-provider");

const provider = new Provider(`http://localhost:${asked.port}`, {
  clients: [{
    client_id: asked.clientId,
    client_secret: asked.clientSecret,
    redirect_uris: asked.back,
    post_logout_redirect_uris: asked.after,
  }],
  cookies: { keys: ["of-the-tests"] },
  acrValues: ["two"],
  claims: { openid: ["sub", "acr", "amr"], profile: ["preferred_username", "name"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, preferred_username: sub.replace(/^number-/, "") }),
  }),
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

const PAGE = `<!DOCTYPE html><title>Provider</title><form method="post">
<input name="login"><input name="amr"><input name="acr"><button>Sign in</button></form>`;

async function interaction(request, response) {
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html");
    response.end(PAGE);
    return;
  }
  let body = "";
  for await (const part of request) body += part;
  const sent = new URLSearchParams(body);
  const login = sent.get("login");
  await provider.interactionFinished(request, response, login
    ? {
        login: {
          accountId: `number-${login}`,
          amr: sent.get("amr") ? sent.get("amr").split(" ") : undefined,
          acr: sent.get("acr") || undefined,
        },
      }
    : { error: "access_denied", error_description: "broken off" });
}

const answer = provider.callback();
createServer((request, response) => {
  if (request.url.startsWith("/late/")) {
    // From now on tokens are made as if it were so many seconds later, or earlier.
    provider.late = Number(request.url.slice("/late/".length)) * 1000;
    response.end();
  } else if (request.url.startsWith("/interaction/")) {
    interaction(request, response).catch((wrong) => {
      response.statusCode = 500;
      response.end(String(wrong));
    });
  } else {
    if (request.url === "/token") {
      late = provider.late || 0;
      response.on("finish", () => { late = 0; });
    }
    answer(request, response);
  }
}).listen(asked.port, "127.0.0.1", () => console.log("ready"));
