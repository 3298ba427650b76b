// Reading aloud, where this machine has a Vietnamese voice of its own. Voices that read over the network are
// left alone: what a learner is asked must not go to a stranger's service, and a hall has no network.
const SPEECH_LONGEST = 180;
const speechMachine = window.speechSynthesis || null;
let speechVoice = null;
let speechHeard = () => {};
let speechRun = 0;
let speechQueue = [];
let speechLit = null;
let speechPart = null; // Held here: a voice that is forgotten by the browser never says that it ended.

function speechFind() {
  const voices = speechMachine ? speechMachine.getVoices() : [];
  speechVoice = voices.find((one) => one.localService && /^vi\b/i.test(one.lang.replace('_', '-'))) || null;
  speechHeard();
}

export const canSpeak = () => speechVoice !== null;
export const isSpeaking = () => speechQueue.length > 0;

// Old Android voices fall silent in the middle of a long text: it is cut at ends of sentences, else between words.
export function speechParts(text) {
  const parts = [];
  for (const sentence of text.replace(/\s+/g, ' ').trim().match(/[^.!?…;:]+[.!?…;:]*\s*|[.!?…;:]+\s*/g) || []) {
    for (const piece of speechCut(sentence)) {
      const last = parts.length - 1;
      if (last >= 0 && (parts[last] + piece).trim().length < SPEECH_LONGEST) parts[last] += piece;
      else parts.push(piece);
    }
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

function speechCut(sentence) {
  const pieces = [];
  let rest = sentence;
  while (rest.trim().length >= SPEECH_LONGEST) {
    const space = rest.lastIndexOf(' ', SPEECH_LONGEST - 1);
    const at = space > 0 ? space + 1 : SPEECH_LONGEST - 1;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return pieces.concat(rest);
}

export function stopSpeaking() {
  speechRun += 1;
  speechQueue = [];
  if (speechMachine) speechMachine.cancel();
  speechLight(null);
}

// Reads these texts one after the other; a second tap on the same control stops.
export function speak(texts, control = null) {
  const same = control && control === speechLit && isSpeaking();
  stopSpeaking();
  if (same || !canSpeak()) return;
  for (const text of texts) speechQueue.push(...speechParts(text));
  speechLight(control);
  speechNext(speechRun);
}

// One at a time, not all at once into the machine's queue: cancel() of a long queue hangs some old tablets.
function speechNext(run) {
  if (run !== speechRun) return;
  if (!speechQueue.length) {
    speechLight(null);
    return;
  }
  speechPart = new SpeechSynthesisUtterance(speechQueue[0]);
  speechPart.voice = speechVoice;
  speechPart.lang = speechVoice.lang;
  speechPart.onend = () => {
    if (run === speechRun) speechQueue.shift();
    speechNext(run);
  };
  speechPart.onerror = () => run === speechRun && stopSpeaking();
  speechMachine.speak(speechPart);
}

function speechLight(control) {
  if (speechLit) speechLit.removeAttribute('aria-pressed');
  speechLit = control;
  if (control) control.setAttribute('aria-pressed', 'true');
}

// `heard()` is called when it is known whether there is a voice, which some machines say late or never.
export function findVoice(heard) {
  if (!speechMachine) return;
  speechHeard = heard;
  if (speechMachine.addEventListener) speechMachine.addEventListener('voiceschanged', speechFind);
  window.addEventListener('pagehide', stopSpeaking);
  speechFind();
}
