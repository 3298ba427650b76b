// Reading the square code of a card: live where the browser can, else from one photograph that the service reads.
import { h, icon } from '../base/dom.js';
import { alertBox, quietButton } from '../base/frame.js';
import { call, refusal } from '../base/net.js';
import { say } from '../base/words.js';

const SCAN_EVERY = 250;
const SCAN_SIDE = 1600;

// The ten digits that a code names, or ''.
export function scannedCard(text) {
  const found = /(?:^|#)(\d{10})$/.exec(text.trim());
  return found ? found[1] : '';
}

// The button that begins; `found(digits)` is called once.
export function scanControl(found) {
  const box = h('div.entry-scan');
  const live = 'BarcodeDetector' in window && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
  box.append(live ? quietButton(say('entry.scan'), () => scanLive(box, found), { icon: 'scan' }) : scanPhoto(box, found));
  return box;
}

async function scanLive(box, found) {
  const video = h('video.entry-scan__video', { playsinline: true, 'aria-label': say('entry.scan') });
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    box.replaceChildren(h('p', null, say('entry.scan-how')), video);
    await video.play();
    await scanWatch(video, found);
  } catch (error) {
    // No camera, or nobody allowed it: a photograph or the digits do as well.
    box.replaceChildren(scanPhoto(box, found));
  } finally {
    if (video.srcObject) video.srcObject.getTracks().forEach((track) => track.stop());
  }
}

// The camera is given back as soon as its view was left.
async function scanWatch(video, found) {
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  while (video.isConnected) {
    const card = (await detector.detect(video)).map((one) => scannedCard(one.rawValue)).find(Boolean);
    if (card && video.isConnected) return found(card);
    await new Promise((go) => setTimeout(go, SCAN_EVERY));
  }
  return null;
}

function scanPhoto(box, found) {
  const input = h('input', { type: 'file', accept: 'image/*', capture: 'environment' });
  const label = h('label.button.button--quiet.entry-scan__photo', null, icon('scan'), h('span', null, say('entry.photo')), input);
  input.addEventListener('change', () => input.files[0] && scanSend(box, label, input.files[0], found));
  return label;
}

async function scanSend(box, label, file, found) {
  box.replaceChildren(h('p', { role: 'status' }, say('entry.photo-reading')));
  const body = new FormData();
  body.append('photo', await scanSmaller(file), 'the.jpg');
  const answer = await call('POST', '/cards/scan', { body, timeout: 30000 });
  if (!box.isConnected) return;
  if (answer.ok && answer.body && answer.body.card) found(answer.body.card);
  else box.replaceChildren(alertBox(refusal(answer) || say('entry.photo-no-line'), '', { kind: 'warning' }), label);
}

// Some megabytes of a camera are a minute on a slow line, and a code needs no more than this.
function scanSmaller(file) {
  return new Promise((done) => {
    const image = new Image();
    image.onerror = () => done(file);
    image.onload = () => {
      const share = Math.min(1, SCAN_SIDE / Math.max(image.width, image.height));
      const canvas = h('canvas', { width: Math.round(image.width * share), height: Math.round(image.height * share) });
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(image.src);
      canvas.toBlob((small) => done(small || file), 'image/jpeg', 0.85);
    };
    image.src = URL.createObjectURL(file);
  });
}
