// The demo shop: a grid of all items, a category filter, and a choice of demo shopper for the widget.
'use strict';

const SHOPPER_KEY = 'because.shopper';
const PAGE_SIZE = 100;
const byId = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter(Boolean));
  return node;
}

async function getJson(address) {
  const response = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

async function allItems() {
  const items = [];
  for (;;) {
    const page = await getJson(`/v1/items?limit=${PAGE_SIZE}&offset=${items.length}`);
    items.push(...page.items);
    if (!page.items.length || items.length >= page.total) return items;
  }
}

// ---- Items

function stockLine(stock) {
  const [text, state] = stock === 0 ? ['Sold out', 'none'] : stock !== null && stock <= 3 ? [`Only ${stock} left`, 'few'] : ['In stock', 'some'];
  const line = make('p', { className: 'stock' }, text);
  line.dataset.state = state;
  return line;
}

function picture(item) {
  const box = make('div', { className: 'picture' });
  const safe = /^(https?:|\/(?!\/))/i.test(item.image || '');
  if (safe) {
    const image = make('img', { src: item.image, alt: '', loading: 'lazy', width: 240, height: 180 });
    image.addEventListener('error', () => image.remove());
    box.append(image);
  }
  return box;
}

/** The title without the brand, which stands above it. */
function shortTitle(item) {
  const rest = item.brand && item.title.startsWith(item.brand) ? item.title.slice(item.brand.length).trim() : item.title;
  return rest ? rest[0].toUpperCase() + rest.slice(1) : item.title;
}

function itemCard(item) {
  const price = `${item.price.toFixed(2).replace(/\.00$/, '')} ${item.currency}`;
  const card = make('li', { className: 'item', id: item.item_id, tabIndex: -1 },
    picture(item),
    make('p', { className: 'brand' }, item.brand || ''),
    make('h2', {}, shortTitle(item)),
    make('div', { className: 'foot' }, make('p', { className: 'price' }, price), stockLine(item.stock)));
  card.dataset.category = item.category;
  return card;
}

function showCategory(category) {
  for (const button of byId('categories').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.value === category));
  }
  for (const card of byId('items').children) card.hidden = category !== '' && card.dataset.category !== category;
}

function categoryButton(category) {
  const label = category ? category[0].toUpperCase() + category.slice(1) : 'Everything';
  const button = make('button', { type: 'button', value: category }, label);
  button.addEventListener('click', () => showCategory(category));
  return make('li', {}, button);
}

/** The item that the address names is brought into view and stands out for a while. */
function showNamedItem() {
  const card = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (!card || !card.classList.contains('item')) return;
  if (card.hidden) showCategory('');
  for (const other of document.querySelectorAll('.item.named')) other.classList.remove('named');
  card.classList.add('named');
  card.scrollIntoView({ block: 'center' });
  card.focus({ preventScroll: true });
}

async function fillShop() {
  try {
    const items = await allItems();
    byId('items').replaceChildren(...items.map(itemCard));
    const categories = [...new Set(items.map((item) => item.category))];
    byId('categories').replaceChildren(...['', ...categories].map(categoryButton));
    showCategory('');
    showNamedItem();
  } catch {
    byId('problem').textContent = 'The products cannot be loaded just now. Reload the page to try again.';
    byId('problem').hidden = false;
  }
  byId('items').removeAttribute('aria-busy');
}

// ---- Shoppers

function chooseShopper(shoppers) {
  const shopper = shoppers.find((one) => one.shopper_id === byId('shopper').value);
  sessionStorage.setItem(SHOPPER_KEY, shopper ? shopper.shopper_id : '');
  byId('about').textContent = shopper ? `${shopper.name}: ${shopper.about}` : '';
  document.querySelector('because-chat').token = shopper ? shopper.token : null;
}

async function offerShoppers() {
  const shoppers = await getJson('/v1/demo/shoppers').catch(() => []);
  const choice = byId('shopper');
  choice.append(...shoppers.map((one) => make('option', { value: one.shopper_id }, one.name)));
  choice.value = sessionStorage.getItem(SHOPPER_KEY) || '';
  if (choice.selectedIndex < 0) choice.value = '';
  choice.addEventListener('change', () => chooseShopper(shoppers));
  await customElements.whenDefined('because-chat');
  chooseShopper(shoppers);
}

addEventListener('hashchange', showNamedItem);
fillShop();
offerShoppers();
