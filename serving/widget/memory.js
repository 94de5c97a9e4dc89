// What is remembered of a shopper, to read, correct, switch off and erase through /v1/memory.

/** A panel on behalf of the shopper whose token it is given; `refresh` reads the memory anew. */
class MemoryPanel {
  #token;

  constructor(words, token, onClose) {
    this.words = words;
    this.#token = token;
    this.status = make('p', { className: 'bc-memory-status', role: 'status' });
    this.body = make('div', { className: 'bc-memory-body' });
    const close = make('button', { type: 'button', className: 'bc-close', 'aria-label': words.say('memory.close') }, '×');
    close.addEventListener('click', onClose);
    this.title = make('h2', { tabIndex: -1 }, words.say('memory.title'));
    this.node = make('section', { className: 'bc-memory', lang: words.language },
      make('div', { className: 'bc-memory-head' }, this.title, close),
      make('p', { className: 'bc-soft' }, words.say('memory.lead')), this.status, this.body);
  }

  async refresh() {
    this.status.textContent = this.words.say('memory.wait');
    const view = await this.#send('GET', '');
    if (!view) return;
    this.status.textContent = '';
    this.#draw(view);
  }

  /** The answer of the shop, or null where it refuses; then the status says why. */
  async #send(method, path, body) {
    try {
      const response = await fetch(`${origin}/v1/memory${path}`, {
        method, headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      if (response.ok) return await response.json();
      this.status.textContent = await problemText(response);
    } catch {
      this.status.textContent = this.words.say('turn.unreachable');
    }
    return null;
  }

  /** Sends a change, shows what is kept then, and says how it went. */
  async #change(method, path, body, said) {
    const answer = await this.#send(method, path, body);
    if (!answer) return;
    await this.refresh();
    this.status.textContent = answer.note || said;
    this.title.focus();
  }

  #draw({ enabled, items, purchases }) {
    this.body.replaceChildren(this.#toggle(enabled),
      enabled ? '' : make('p', { className: 'bc-memory-off' }, this.words.say('memory.off')),
      this.#list('memory.stated', items.map((item) => this.#item(item, enabled))),
      this.#list('memory.bought', purchases.map((purchase) => this.#purchase(purchase))),
      items.length || purchases.length ? this.#eraser() : '');
  }

  #toggle(enabled) {
    const box = make('input', { type: 'checkbox', role: 'switch', checked: enabled });
    box.addEventListener('change', async () => {
      const view = await this.#send('PATCH', '', { enabled: box.checked });
      if (view) this.#draw(view);
      this.body.querySelector('input').focus();
    });
    return make('label', { className: 'bc-switch' }, box, this.words.say('memory.on'));
  }

  #list(heading, rows) {
    return make('div', {}, make('h3', {}, this.words.say(heading)), rows.length
      ? make('ul', { className: 'bc-memory-list' }, ...rows)
      : make('p', { className: 'bc-soft' }, this.words.say('memory.none')));
  }

  #item(item, enabled) {
    const note = item.has_effect ? null : make('small', {}, this.words.say('memory.no_effect'));
    const row = make('li', {}, make('span', {}, item.text, note ? ' ' : null, note));
    if (enabled) {
      const label = this.words.say('memory.edit_name', { label: item.text });
      row.append(this.#button('bc-edit', this.words.say('memory.edit'), () => this.#edit(row, item), label));
    }
    row.append(this.#remover(item.text, `/${encodeURIComponent(item.memory_id)}`));
    return row;
  }

  #purchase({ event_id, item_id, title, at }) {
    const name = title || item_id;
    const day = new Date(at).toLocaleDateString(this.words.language, { year: 'numeric', month: 'short', day: 'numeric' });
    return make('li', {}, make('span', {}, name, ' ', make('small', {}, day)),
      this.#remover(name, `/purchases/${encodeURIComponent(event_id)}`));
  }

  #remover(name, path) {
    const label = this.words.say('memory.remove', { label: name });
    return this.#button('bc-close', '×', () => this.#change('DELETE', path, null, this.words.say('memory.removed')), label);
  }

  #edit(row, item) {
    const kept = [...row.childNodes];
    const box = make('input', { type: 'text', value: item.text, maxLength: 300,
      'aria-label': this.words.say('memory.edit_name', { label: item.text }) });
    const back = () => {
      row.replaceChildren(...kept);
      row.querySelector('.bc-edit').focus();
    };
    const form = make('form', { className: 'bc-memory-edit' }, box,
      make('button', { type: 'submit', className: 'bc-pill' }, this.words.say('memory.save')),
      this.#button('bc-pill', this.words.say('memory.cancel'), back));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const path = `/${encodeURIComponent(item.memory_id)}`;
      this.#change('PATCH', path, { text: box.value }, this.words.say('memory.saved'));
    });
    row.replaceChildren(form);
    box.focus();
  }

  /** Erasing everything is asked once more. */
  #eraser() {
    const place = make('div', { className: 'bc-eraser' });
    const first = this.#button('bc-pill bc-danger', this.words.say('memory.erase_all'), () => {
      const keep = this.#button('bc-pill', this.words.say('memory.no'), () => place.replaceChildren(first));
      const erase = this.#button('bc-pill bc-danger', this.words.say('memory.yes'),
        () => this.#change('DELETE', '?purchases=true', null, this.words.say('memory.removed')));
      place.replaceChildren(make('p', {}, this.words.say('memory.sure')), erase, keep);
      keep.focus();
    });
    place.append(first);
    return place;
  }

  #button(className, text, action, label) {
    const button = make('button', { type: 'button', className, 'aria-label': label }, text);
    button.addEventListener('click', action);
    return button;
  }
}
