// oidc-provider with people of the test: `node provider.mjs CONFIGURATION`, a JSON file with port, clients and jwks.
// Everything is kept in memory. Instead of a page that signs somebody in there is /interaction/…: GET tells what was
// asked for, POST takes who she is ({login, claims}) or why not ({error}).

import { readFileSync } from "node:fs";
import { json } from "node:stream/consumers";
import Provider from "oidc-provider";

const { port, clients, jwks } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const people = new Map();

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  jwks,
  acrValues: [100, 200, 350, 400, 450, 500].map((level) => `urn:be:fedict:iam:fas:Level${level}`),
  claims: {
    openid: ["sub", "amr"],
    profile: ["givenName", "surname", "prefLanguage", "assurance_level"],
    egovnrn: ["egovNRN"],
    email: ["mail"],
    roles: ["roles"],
  },
  enabledJWA: {
    idTokenSigningAlgValues: ["RS256", "ES256"],
    userinfoSigningAlgValues: ["RS256", "ES256"],
  },
  features: {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  findAccount: (ctx, accountId) =>
    people.has(accountId) ? { accountId, claims: () => ({ sub: accountId, ...people.get(accountId) }) } : undefined,
  interactions: { url: (ctx, { uid }) => `/interaction/${uid}` },
  // Nobody is asked whether the portal may know who she is.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope(oidc.params.scope);
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  if (ctx.method === "GET") {
    ctx.body = (await provider.interactionDetails(ctx.req, ctx.res)).params;
    return;
  }
  const { claims, ...result } = await json(ctx.req);
  if (result.login) people.set(result.login.accountId, claims);
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
});

provider.listen(port, "127.0.0.1");
