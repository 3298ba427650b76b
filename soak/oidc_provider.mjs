// The certified provider of npm's `oidc-provider` on this machine, for soak_oidc.py. It says who somebody is
// without asking: the person is the one that the header x-person names. POST /_rotate gives it new keys.
import http from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Provider } from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const KINDS = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS512: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const newKey = (alg) => ({ ...KINDS[alg]().privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg, use: 'sig' });

function build(keys) {
  const provider = new Provider(asked.issuer, {
    clients: asked.clients,
    jwks: { keys },
    cookies: { keys: [randomUUID()] },
    claims: { openid: ['sub', 'acr', 'sid'], so_dinh_danh: ['SoDinhDanh', 'HoVaTen', 'NgayThangNamSinh'] },
    scopes: ['openid', 'so_dinh_danh'],
    conformIdTokenClaims: !asked.inToken,
    enabledJWA: { idTokenSigningAlgValues: [asked.alg] },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Grant: 600, Interaction: 600, Session: 600 },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...(asked.people[id] || {}) }) }),
    // Its own way refuses addresses of this machine, where the product listens here.
    fetch: (address, { dispatcher, ...options }) => fetch(address, options),
    renderError: (ctx, out) => { ctx.type = 'json'; ctx.body = out; },
  });
  provider.on('backchannel.error', (_ctx, error) => console.error(error));
  provider.on('server_error', (_ctx, error) => console.error(error));
  return provider;
}

let keys = [newKey(asked.alg)];
let provider = build(keys);
let answer = provider.callback();

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const person = request.headers['x-person'];
  if (person === 'nobody') {
    await provider.interactionFinished(request, response, { error: 'access_denied' });
    return;
  }
  const grant = new provider.Grant({ accountId: person, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const result = { login: { accountId: person }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

http.createServer((request, response) => {
  if (request.url === '/_rotate') {
    keys = [newKey(asked.alg)];
    provider = build(keys);
    answer = provider.callback();
    response.end('{}');
  } else if (request.url.startsWith('/interaction/')) {
    interact(request, response).catch((error) => { console.error(error); response.statusCode = 500; response.end(); });
  } else {
    answer(request, response);
  }
}).listen(asked.port, '127.0.0.1', () => console.log('listening'));
