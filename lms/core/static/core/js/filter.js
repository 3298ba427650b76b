// Hides the rows of a table that do not hold the words typed, with or without Vietnamese marks.
function bare(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/gi, 'd').toLowerCase();
}

export default function filter(box) {
  const table = document.getElementById(box.dataset.table);
  const input = box.querySelector('input');
  const count = box.querySelector('[role="status"]');
  if (!table || !input) return;
  const rows = Array.from(table.tBodies[0].rows, (row) => [row, bare(row.textContent)]);
  box.hidden = false;
  input.addEventListener('input', () => {
    const words = bare(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = words.length ? `${shown} ${count.dataset.of} ${rows.length}` : '';
  });
}
