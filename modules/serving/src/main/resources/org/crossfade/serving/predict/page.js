'use strict';

const part = id => document.getElementById(id);
let running = null;
let shown = null;

function say(problem, status) {
  part('problem').textContent = problem;
  part('problem').hidden = !problem;
  part('status').textContent = status;
}

async function detail(response) {
  try {
    return (await response.json()).detail;
  } catch {
    return 'The server answered ' + response.status + '.';
  }
}

async function label(image) {
  if (running) {
    running.abort();
  }
  running = new AbortController();
  const mine = running;
  say('', 'Labelling…');
  document.body.setAttribute('aria-busy', 'true');
  try {
    const form = new FormData();
    form.append('image', image, 'image');
    const response = await fetch('predict', {
      method: 'POST',
      headers: { Accept: 'application/json;picture=train-ids' },
      body: form,
      signal: mine.signal
    });
    if (response.ok) {
      await show(image, await response.json());
    } else {
      say(await detail(response), '');
    }
  } catch (failure) {
    if (failure.name !== 'AbortError') {
      say('The server does not answer. Is it still running?', '');
    }
  } finally {
    if (running === mine) {
      running = null;
      document.body.removeAttribute('aria-busy');
    }
  }
}

async function show(image, answer) {
  const { picture, ...areas } = answer;
  if (shown) {
    URL.revokeObjectURL(shown);
  }
  shown = URL.createObjectURL(image);
  part('photo').src = shown;
  part('labels').src = picture;
  await Promise.all([part('photo').decode(), part('labels').decode()]);
  legend(areas.classes);
  part('text').textContent = JSON.stringify(areas, null, 2);
  part('copied').textContent = '';
  part('result').hidden = false;
  say('', answer.width + ' × ' + answer.height + ' pixels, labelled in '
      + answer.predictedSeconds.toFixed(2) + ' s.');
}

function legend(classes) {
  const rows = classes.filter(one => one.pixels > 0).sort((a, b) => b.pixels - a.pixels).map(one => {
    const row = document.createElement('tr');
    const name = document.createElement('th');
    name.scope = 'row';
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    swatch.style.backgroundColor = one.colour;
    name.append(swatch, one.name);
    const share = document.createElement('td');
    share.className = 'number';
    share.textContent = (100 * one.share).toFixed(1) + ' %';
    row.append(name, share);
    return row;
  });
  part('legend').replaceChildren(...rows);
}

function chosen(button) {
  document.querySelectorAll('#scenes button')
      .forEach(one => one.setAttribute('aria-pressed', String(one === button)));
}

function blend() {
  part('labels').style.opacity = part('opacity').value / 100;
}

part('opacity').addEventListener('input', blend);
blend();

part('file').addEventListener('change', () => {
  if (part('file').files.length > 0) {
    chosen(null);
    label(part('file').files[0]);
  }
});

for (const button of document.querySelectorAll('#scenes button')) {
  button.addEventListener('click', async () => {
    chosen(button);
    part('file').value = '';
    label(await (await fetch(button.dataset.scene)).blob());
  });
}

for (const kind of ['dragenter', 'dragover']) {
  document.addEventListener(kind, event => {
    event.preventDefault();
    part('drop').classList.add('over');
  });
}
document.addEventListener('dragleave', event => {
  if (!event.relatedTarget) {
    part('drop').classList.remove('over');
  }
});
document.addEventListener('drop', event => {
  event.preventDefault();
  part('drop').classList.remove('over');
  const [file] = event.dataTransfer.files;
  if (file) {
    chosen(null);
    label(file);
  }
});

part('copy').addEventListener('click', async () => {
  const text = part('text').textContent;
  try {
    await navigator.clipboard.writeText(text);
    part('copied').textContent = 'Copied.';
  } catch {
    // Browsers give the clipboard to pages of localhost and of https alone.
    part('json').open = true;
    getSelection().selectAllChildren(part('text'));
    part('copied').textContent = 'Selected below: copy it with the keyboard.';
  }
});
