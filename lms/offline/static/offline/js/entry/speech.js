// The controls of reading aloud. Whatever is to be read carries data-say: its value, or else its own words.
import { h, icon } from '../base/dom.js';
import { say } from '../base/words.js';
import { canSpeak, findVoice, speak, stopSpeaking } from './voice.js';

function speechWords(element) {
  return element.dataset.say || element.textContent;
}

// Reads all that is to be read on this view, in its order.
function speechAll(event) {
  const shown = [...document.querySelectorAll('#main [data-say]')].filter((one) => one.getClientRects().length);
  speak(shown.map(speechWords), event.currentTarget);
}

export function listenButton() {
  if (!canSpeak()) return null;
  return h('button.entry-tool.entry-listen', { type: 'button', onclick: speechAll }, icon('speaker'), h('span', null, say('entry.listen')));
}

// Each answer has a speaker of its own beside it, which does not choose the answer.
function speechDecorate() {
  const listen = document.querySelector('.entry-listen');
  const tools = document.querySelector('.entry-tools');
  if (tools && !listen && canSpeak() && document.querySelector('#main [data-say]')) tools.prepend(listenButton());
  if (listen) listen.hidden = !document.querySelector('#main [data-say]');
  if (!canSpeak()) return;
  for (const answer of document.querySelectorAll('.answer[data-say], .tap[data-say]')) {
    if (!answer.parentNode.classList.contains('entry-spoken')) speechBeside(answer);
  }
}

function speechBeside(answer) {
  const words = speechWords(answer);
  const row = h('div.entry-spoken');
  const button = h('button.entry-speaker', { type: 'button', 'aria-label': say('entry.listen-to', { words }) }, icon('speaker'));
  button.addEventListener('click', () => speak([words], button));
  answer.replaceWith(row);
  row.append(answer, button);
}

// What is shown changed: a view that was left says nothing more.
function speechView(changes) {
  if (changes.some((one) => one.target.id === 'app')) stopSpeaking();
  speechDecorate();
}

export function startSpeech() {
  new MutationObserver(speechView).observe(document.getElementById('app'), { childList: true, subtree: true });
  findVoice(speechDecorate);
}
