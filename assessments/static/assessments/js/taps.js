// What all activities done by tapping share: the words of a tap, the address that keeps it, the focus after it.

// Calls `tap(act, id, item)` for every working button of the box, instead of sending the form.
export function onTap(box, tap) {
  box.addEventListener('click', (event) => {
    const button = event.target.closest('button[name="act"]');
    if (!button) return;
    event.preventDefault();
    const [act, id] = button.value.split(':');
    tap(act, id, button.closest('li'));
  });
}

export function say(box, sentence, values) {
  const words = Object.keys(values).reduce((text, name) => text.replace(`{${name}}`, values[name]), sentence);
  box.querySelector('[role="status"]').textContent = words;
}

// The address tells what is tapped so far, as it would without scripts: reloading and Back lose nothing.
export function keep(box, last) {
  const form = box.closest('form');
  const query = new URLSearchParams({ dang: '1', vua: last });
  for (const input of box.querySelectorAll('[data-token]:not(:disabled)')) query.append(input.name, input.value);
  if (form.elements.sai) query.append('sai', '1');
  history.replaceState(history.state, '', `${location.pathname}?${query}`);
  for (const alert of document.querySelectorAll('[data-trouble]')) alert.hidden = true;
}

export function isShown(element) {
  return !element.hidden;
}

export function buttonIn(list) {
  const item = Array.from(list.children).find(isShown);
  return item && item.querySelector('button');
}

// After the last tap the page's main button comes next.
export function focusOn(box, button) {
  const main = document.querySelector(`.learner-dock__main [form="${box.closest('form').id}"]`);
  (button || main).focus();
}
