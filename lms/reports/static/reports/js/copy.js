// A button that copies the text of a field; without script the field is there to select and copy by hand.
import { register } from '../../core/js/app.js';

function copy(field) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button button--quiet copy-button';
  button.textContent = 'Chép';
  field.after(button);
  button.addEventListener('click', async () => {
    field.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(field.value);
      done = true;
    } catch {
      // Without https the browser offers the old way only.
      done = document.execCommand('copy');
    }
    button.textContent = done ? 'Đã chép' : 'Bấm Ctrl+C để chép';
    setTimeout(() => { button.textContent = 'Chép'; }, 4000);
  });
}

register('copy', copy);
