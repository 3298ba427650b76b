// "Đặt lên màn hình chính": offered to the trainer, on the views where no learner sits.
import { quietButton } from '../base/frame.js';
import { say } from '../base/words.js';

let installAsk = null;

export function startInstall() {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault(); // The browser's own bar would come up in front of a learner.
    installAsk = event;
    for (const button of document.querySelectorAll('.entry-install')) button.hidden = false;
  });
}

export function installButton() {
  const button = quietButton(say('entry.install'), installNow, { icon: 'tablet' });
  button.classList.add('entry-install');
  button.hidden = !installAsk;
  return button;
}

async function installNow(event) {
  const button = event.currentTarget;
  const ask = installAsk;
  installAsk = null; // A browser lets it be asked once.
  button.remove();
  await ask.prompt();
}
