// The ten digits of a card, and what a carried class knows of them: a digest that is slow to guess from.
import { sha256 } from '../store/index.js';

// Damm's table, row by row: a digit typed wrong or two swapped are found before anything is counted as a miss.
const CARD_CHECK = '0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790';
const DIGEST_CHUNK = 200;

// The number on a card as people type it or as its QR says it: ten digits, or '' when it cannot be a card's.
export function cardNumber(text) {
  const digits = text.slice(text.lastIndexOf('#') + 1).replace(/\D/g, '');
  let check = 0;
  for (const digit of digits) check = Number(CARD_CHECK[check * 10 + Number(digit)]);
  return digits.length === 10 && check === 0 ? digits : '';
}

const digestBreath = () => new Promise((go) => setTimeout(go, 0));

// The digest of lms.cohorts.cards.pack_digest, in chunks so that an old tablet goes on answering taps.
export async function packDigest(salt, number, rounds) {
  let digest = sha256(`lhs-card:${salt}:${number}`);
  for (let done = 1; done <= rounds; done += 1) {
    digest = sha256(`${digest}:${salt}`);
    if (done % DIGEST_CHUNK === 0) await digestBreath();
  }
  return digest;
}
