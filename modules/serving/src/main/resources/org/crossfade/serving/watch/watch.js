'use strict';

// The browser keeps the place on the page when it is reloaded; what was opened or chosen is kept here.
const KEY = 'opened';
let mine = null;

function remember() {
  const open = [...document.querySelectorAll('details')].map((one, n) => one.open ? n : -1).filter(n => n >= 0);
  sessionStorage.setItem(KEY, JSON.stringify(open));
}

function restore() {
  const all = document.querySelectorAll('details');
  for (const n of JSON.parse(sessionStorage.getItem(KEY) || '[]')) {
    if (all[n]) {
      all[n].open = true;
    }
  }
}

async function look() {
  try {
    const state = await (await fetch('state')).json();
    mine = mine === null ? state.version : mine;
    if (state.version !== mine) {
      remember();
      location.reload();
      return;
    }
  } catch {
    document.querySelector('.state').textContent = 'Nobody serves this page any more; it stays as it is.';
    return;
  }
  setTimeout(look, 1000);
}

restore();
look();
