// The Because chat widget: <script src="/widget.js" defer></script> puts <because-chat> on the page.
// Optional attributes of the script tag: data-api (origin of the API), data-title, data-accent (a CSS colour),
// data-shopper-token, data-lang (the page's own language if it is missing). The server joins this file with the words
// and the other parts into one script.

const STORAGE_KEY = 'because.session';
const EXAMPLES = ['example.1', 'example.3'];

class BecauseChat extends HTMLElement {
  #token = script.dataset.shopperToken || null;
  #running = null;
  #words = new Words(script.dataset.lang || document.documentElement.lang);

  connectedCallback() {
    if (this.shadowRoot) return;
    this.#build();
    if (script.dataset.accent) {
      this.style.setProperty('--bc-accent', script.dataset.accent);
      this.style.setProperty('--bc-on-accent', '#ffffff');
    }
  }

  /** Who is shopping; another token starts a new conversation. */
  get token() {
    return this.#token;
  }

  set token(token) {
    if ((token || null) === this.#token) return;
    this.#token = token || null;
    this.#running?.abort();
    this.turns?.replaceChildren(this.#welcome());
    if (this.remembered) {
      this.#closeMemory();
      this.remembered.hidden = !this.#token;
    }
  }

  open() {
    this.panel.hidden = false;
    this.launcher.setAttribute('aria-expanded', 'true');
    this.box.focus();
  }

  close() {
    this.panel.hidden = true;
    this.launcher.setAttribute('aria-expanded', 'false');
    this.launcher.focus();
  }

  #build() {
    const root = this.attachShadow({ mode: 'open' });
    const sheet = make('link', { rel: 'stylesheet', href: `${origin}/widget.css` });
    const title = script.dataset.title || 'Because';
    const frame = make('div', { className: 'bc', hidden: true }, this.#launcher(title), this.#panel(title));
    sheet.addEventListener('load', () => { frame.hidden = false; });
    root.append(sheet, frame);
  }

  #launcher(title) {
    this.launcher = make('button',
      { type: 'button', className: 'bc-launcher', 'aria-expanded': 'false', 'aria-haspopup': 'dialog' },
      mark(), make('span', {}, this.#words.say('widget.ask', { title })));
    this.launcher.addEventListener('click', () => (this.panel.hidden ? this.open() : this.close()));
    return this.launcher;
  }

  #panel(title) {
    this.turns = make('div', { className: 'bc-turns' }, this.#welcome());
    this.status = make('p', { className: 'bc-unseen', role: 'status' });
    this.talk = make('div', { className: 'bc-scroll', tabIndex: 0, role: 'region',
      'aria-label': this.#words.say('widget.conversation') }, this.turns);
    this.panel = make('div', { className: 'bc-panel', role: 'dialog', 'aria-label': title, hidden: true },
      this.#head(title), this.talk, this.status, this.#form());
    this.panel.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.shadowRoot.querySelector(':popover-open')) return;
      if (this.memory) this.#closeMemory();
      else this.close();
    });
    return this.panel;
  }

  #head(title) {
    const close = make('button',
      { type: 'button', className: 'bc-close', 'aria-label': this.#words.say('widget.close') }, '×');
    close.addEventListener('click', () => this.close());
    this.remembered = make('button', { type: 'button', className: 'bc-remembered', hidden: !this.#token },
      this.#words.say('memory.title'));
    this.remembered.addEventListener('click', () => (this.memory ? this.#closeMemory() : this.#openMemory()));
    return make('div', { className: 'bc-panel-head' }, mark(), make('strong', {}, title), this.remembered, close);
  }

  /** What is remembered stands in the place of the conversation. */
  #openMemory() {
    this.memory = new MemoryPanel(this.#words, this.#token, () => this.#closeMemory());
    this.memory.node.classList.add('bc-scroll');
    this.talk.hidden = true;
    this.talk.after(this.memory.node);
    this.memory.title.focus();
    this.memory.refresh();
  }

  #closeMemory() {
    if (!this.memory) return;
    this.memory.node.remove();
    this.memory = null;
    this.talk.hidden = false;
    this.remembered.focus();
  }

  #welcome() {
    const examples = EXAMPLES.map((key) => {
      const text = this.#words.say(key);
      const button = make('button', { type: 'button', className: 'bc-example' }, text);
      button.addEventListener('click', () => this.ask(text));
      return make('li', {}, button);
    });
    return make('section', { className: 'bc-welcome', lang: this.#words.language },
      make('h3', {}, this.#words.say('welcome.title')), make('p', {}, this.#words.say('welcome.lead')),
      make('ul', { className: 'bc-examples' }, ...examples));
  }

  #form() {
    this.box = make('textarea', { rows: 1, 'aria-label': this.#words.say('page.box'),
      placeholder: this.#words.say('page.box_hint') });
    this.button = make('button', { type: 'submit', className: 'bc-send' });
    this.#showSend('page.send', 'idle');
    const form = make('form', { className: 'bc-form' }, this.box, this.button);
    this.box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this.#running) form.requestSubmit();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#running) this.#running.abort();
      else if (this.box.value.trim()) this.ask(this.box.value.trim());
    });
    return form;
  }

  /** One turn: the question goes out, or what is taken off; its events are shown as they come. */
  async ask(question, removed = []) {
    if (this.#running) return;
    if (this.memory) this.#closeMemory();
    const running = new AbortController();
    const retry = () => {
      turn.node.remove();
      this.ask(question, removed);
    };
    const turn = new TurnView(question, removed, this.spoken || this.#words.language,
      { retry, takeOff: (chip) => this.#takeOff(turn, chip) });
    this.#begin(turn, running);
    try {
      await this.#run(question, removed, turn, running.signal);
      if (!turn.ended) this.#announce(turn.fail(turn.words.say('turn.broke_off')));
    } catch (error) {
      const stopped = error.name === 'AbortError';
      this.#announce(stopped ? turn.stop() : turn.fail(turn.words.say('turn.unreachable')));
    } finally {
      this.#running = null;
      this.spoken = turn.words.language;
      this.#showSend('page.send', 'idle');
    }
  }

  /** Only what the newest turn understood can be taken off, and only once it is answered. */
  #takeOff(turn, chip) {
    if (this.#running || turn.node !== this.turns.lastElementChild) return;
    this.talk.focus({ preventScroll: true });
    this.ask('', [chip]);
  }

  #begin(turn, running) {
    this.#running = running;
    if (turn.asks) this.box.value = '';
    this.#showSend('page.stop', 'busy');
    this.turns.querySelector('.bc-welcome')?.remove();
    this.turns.append(turn.node);
    turn.node.scrollIntoView({ block: 'start' });
  }

  async #run(question, removed, turn, signal) {
    const response = await this.#post(question, removed, signal);
    if (!response.ok) {
      this.#announce(turn.fail(await problemText(response)));
      return;
    }
    for await (const event of readEvents(response)) {
      if (event.name === 'session') this.#remember(event.data.session_id);
      this.#announce(turn.show(event));
    }
  }

  /** Sends the question; a session that the shop no longer knows is dropped once. */
  async #post(question, removed, signal) {
    const session = this.#session();
    const remove = removed.map(({ name, value }) => ({ name, value }));
    const body = { message: question, remove, shopper_token: this.#token, session_id: session };
    const response = await fetch(`${origin}/v1/chat`, {
      method: 'POST', signal, headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify(body, (key, value) => value ?? undefined),
    });
    if (response.status !== 404 || !session) return response;
    sessionStorage.removeItem(STORAGE_KEY);
    return this.#post(question, removed, signal);
  }

  #session() {
    const kept = JSON.parse(sessionStorage.getItem(STORAGE_KEY) || '{}');
    return kept.token === this.#token ? kept.session_id : null;
  }

  #remember(session_id) {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ session_id, token: this.#token }));
  }

  #announce(text) {
    if (text) this.status.textContent = text;
  }

  #showSend(key, state) {
    this.button.setAttribute('aria-label', this.#words.say(key));
    this.button.dataset.state = state;
  }
}

customElements.define('because-chat', BecauseChat);
if (!document.querySelector('because-chat')) document.body.append(document.createElement('because-chat'));
