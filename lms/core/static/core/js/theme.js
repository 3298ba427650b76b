// Changes the colours at once; the form's own POST keeps the choice in a cookie, with or without script.
export default function theme(form) {
  const field = form.elements.theme;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = field.value;
    fetch(form.action, { method: 'POST', body: new URLSearchParams({ theme: chosen }), redirect: 'manual' });
    document.documentElement.dataset.theme = chosen;
    field.value = chosen === 'contrast' ? 'light' : 'contrast';
    for (const label of form.querySelectorAll('[data-theme-label]')) {
      label.hidden = label.dataset.themeLabel !== field.value;
    }
  });
}
