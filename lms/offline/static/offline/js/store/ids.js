// Ids and hashes in plain arithmetic: on plain http a browser has neither crypto.randomUUID nor crypto.subtle.
const idHex = (bytes) => Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('');

// n random bytes in hex.
export function randomWord(n) {
  return idHex(crypto.getRandomValues(new Uint8Array(n)));
}

// A UUIDv7. Its time part only keeps indexes compact; nobody trusts it.
export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Math.max(0, Date.now());
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 15);
  bytes[8] = 0x80 | (bytes[8] & 63);
  const hex = idHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

// The constants of SHA-256 are the first bits after the point of roots of the first primes (FIPS 180-4, 4.2.2).
function shaConstants() {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const bits = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  return { rounds: primes.map((prime) => bits(Math.cbrt(prime))), start: primes.slice(0, 8).map((prime) => bits(Math.sqrt(prime))) };
}

const shaTable = shaConstants();
const shaTurn = (word, by) => (word >>> by) | (word << (32 - by));

function shaPadded(bytes) {
  const padded = new Uint8Array((bytes.length + 72) & ~63);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length * 8);
  return view;
}

function shaBlock(state, words) {
  for (let i = 16; i < 64; i += 1) {
    const [far, near] = [words[i - 15], words[i - 2]];
    const one = shaTurn(far, 7) ^ shaTurn(far, 18) ^ (far >>> 3);
    const two = shaTurn(near, 17) ^ shaTurn(near, 19) ^ (near >>> 10);
    words[i] = words[i - 16] + one + words[i - 7] + two;
  }
  let [a, b, c, d, e, f, g, last] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (shaTurn(e, 6) ^ shaTurn(e, 11) ^ shaTurn(e, 25)) + ((e & f) ^ (~e & g));
    const sum = (last + one + shaTable.rounds[i] + words[i]) | 0;
    const two = (shaTurn(a, 2) ^ shaTurn(a, 13) ^ shaTurn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    last = g; g = f; f = e; e = (d + sum) | 0;
    d = c; c = b; b = a; a = (sum + two) | 0;
  }
  [a, b, c, d, e, f, g, last].forEach((word, i) => { state[i] += word; });
}

// SHA-256 in hex of a text's UTF-8 bytes, or of bytes.
export function shaHex(body) {
  const view = shaPadded(typeof body === 'string' ? new TextEncoder().encode(body) : body);
  const state = Int32Array.from(shaTable.start);
  const words = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(at + i * 4);
    shaBlock(state, words);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
