// Enter goes on to the next field of a sheet: a sheet that is half typed in is not sent by mistake.
import { register } from '../../core/js/app.js';

register('paper-grid', (form) => {
  const fields = Array.from(form.querySelectorAll('.paper-grid input'));
  form.addEventListener('keydown', (event) => {
    const at = fields.indexOf(event.target);
    if (event.key !== 'Enter' || at < 0) return;
    event.preventDefault();
    const next = fields[at + 1] || form.querySelector('button[data-busy]');
    next.focus();
    if (next.select) next.select();
  });
});
