// Big keys for the PIN. The field itself stays usable with any keyboard; without this file the keys stay hidden.
export default function pin(box) {
  const input = box.querySelector('input');
  const keys = box.querySelector('.pin__keys');
  keys.hidden = false;
  input.inputMode = 'none'; // The tablet's own keyboard would cover our keys.
  keys.addEventListener('click', (event) => {
    const key = event.target.closest('button');
    if (!key) return;
    if (key.dataset.clear === 'all') input.value = '';
    else if (key.dataset.clear) input.value = input.value.slice(0, -1);
    else if (input.value.length < input.maxLength) input.value += key.dataset.digit;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
