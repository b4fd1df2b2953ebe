// An identity provider for tests: the real one of the package oidc-provider, which is told to lie where a test asks for it.
//
// It listens on the port that it is given, or a free one. It prints its address, reads a line with the address to which it leads people back, and prints "ready"; before that it is away. Who signs in
// gives any name. GET /lie/KIND has the next identity token, or with `subject` the next user info, say something else, whoever it is for.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const pair = async (kid) => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' } };
};
const [own, foreign, later] = await Promise.all(['own', 'own', 'later'].map(pair));
let lie;
let rotated = false;

/** What a lie makes of the claims; the rest is signed as the provider signs. */
const CLAIMS = {
  audience: { aud: 'somebody-else' },
  issuer: { iss: 'https://somebody-else.example' },
  nonce: { nonce: 'of-another-sign-in' },
  expired: { iat: 1_000_000, exp: 1_000_300 },
  'several-amr': { amr: ['pwd', 'mfa'] },
  'several-acr': { acr: 'urn:example:two' },
  employee: { employee: 'chief' },
  email: { email: 'chief', email_verified: true },
  'email-unverified': { email: 'chief', email_verified: false },
  'email-unsaid': { email: 'chief' },
};

async function signed(token) {
  const kind = lie;
  if (!kind || kind === 'subject') return token;
  lie = undefined;
  const claims = { ...decodeJwt(token), ...CLAIMS[kind] };
  if (kind === 'unsigned') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part(claims)}.`;
  }
  if (kind === 'rotated') rotated = true;
  const by = kind === 'key' ? foreign : kind === 'rotated' || kind === 'unknown-key' ? later : own;
  return new SignJWT(claims).setProtectedHeader({ ...decodeProtectedHeader(token), kid: by.jwk.kid }).sign(by.privateKey);
}

let answer;
const server = createServer((request, response) => {
  const told = /^\/lie\/([a-z-]+)$/.exec(request.url ?? '');
  if (told) {
    lie = told[1];
    response.end();
  } else if (answer) answer(request, response);
  else {
    response.statusCode = 503;
    response.end();
  }
});
await new Promise((listening) => server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', listening));
// Browsers have the platform at localhost: this is another site, so that cookies are kept apart as they are between two offices' hosts.
const issuer = `http://127.0.0.1:${server.address().port}`;
console.log(issuer);

const [back] = await new Promise((read) => createInterface({ input: process.stdin }).once('line', (line) => read([line])));
const provider = new Provider(issuer, {
  clients: [{ client_id: 'xiezhi', client_secret: 'for-tests-only', redirect_uris: [back] }],
  claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
  // The subject is not the name: who takes one for the other finds nobody.
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: `subject-of-${id}`, preferred_username: id }) }),
  cookies: { keys: ['for-tests-only'] },
  jwks: { keys: [own.jwk] },
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === '/token' && ctx.body?.id_token) ctx.body.id_token = await signed(ctx.body.id_token);
  if (ctx.path === '/me' && lie === 'subject') {
    lie = undefined;
    ctx.body = { ...ctx.body, sub: 'subject-of-head', preferred_username: 'head' };
  }
  if (ctx.path === '/jwks' && rotated) {
    const { kty, n, e, kid, use, alg } = later.jwk;
    ctx.body = { keys: [...ctx.body.keys, { kty, n, e, kid, use, alg }] };
  }
});
answer = provider.callback();
console.log('ready');
process.stdin.on('end', () => process.exit());
