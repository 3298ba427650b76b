// Stops a form from being sent twice and says so on its button (data-busy is the word while sending).
const GIVE_BACK_AFTER = 15000; // A download never leaves the page, so the button comes back by itself.

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) {
    button.removeAttribute('aria-busy');
    const words = button.querySelector('span');
    if (words && button.dataset.idle) words.textContent = button.dataset.idle;
  }
}

function hold(form, button) {
  form.dataset.sending = 'yes';
  if (!button) return;
  const words = button.querySelector('span');
  button.setAttribute('aria-busy', 'true');
  if (words && button.dataset.busy) {
    button.dataset.idle = words.textContent;
    words.textContent = button.dataset.busy;
  }
}

export default function busy(root) {
  root.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    // An answer in a new tab leaves this page as it is: it may be asked for again at once.
    if (event.submitter && event.submitter.formTarget === '_blank') return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    hold(form, event.submitter);
    setTimeout(release, GIVE_BACK_AFTER, form);
  });
  // The back button may show the page as it was left, in the middle of sending.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) document.querySelectorAll('form[data-sending]').forEach(release);
  });
}
