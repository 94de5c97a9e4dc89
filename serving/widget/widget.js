// The Because chat widget: <script src="/widget.js" defer></script> puts <because-chat> on the page.
// Optional attributes of the script tag: data-api (origin of the API), data-title, data-accent (a CSS colour),
// data-shopper-token. The server joins this file with stream.js, cards.js and turn.js into one script.

const STORAGE_KEY = 'because.session';
const EXAMPLES = ['A light backpack for weekend hikes under 120 euros', 'How long do I have to return something?'];

class BecauseChat extends HTMLElement {
  #token = script.dataset.shopperToken || null;
  #running = null;

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
      mark(), make('span', {}, `Ask ${title}`));
    this.launcher.addEventListener('click', () => (this.panel.hidden ? this.open() : this.close()));
    return this.launcher;
  }

  #panel(title) {
    const close = make('button', { type: 'button', className: 'bc-close', 'aria-label': 'Close the chat' }, '×');
    close.addEventListener('click', () => this.close());
    this.turns = make('div', { className: 'bc-turns' }, this.#welcome());
    this.status = make('p', { className: 'bc-unseen', role: 'status' });
    this.panel = make('div', { className: 'bc-panel', role: 'dialog', 'aria-label': title, hidden: true },
      make('div', { className: 'bc-panel-head' }, mark(), make('strong', {}, title), close),
      make('div', { className: 'bc-scroll', tabIndex: 0, role: 'region', 'aria-label': 'Conversation' }, this.turns),
      this.status, this.#form());
    this.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.shadowRoot.querySelector(':popover-open')) this.close();
    });
    return this.panel;
  }

  #welcome() {
    const examples = EXAMPLES.map((text) => {
      const button = make('button', { type: 'button', className: 'bc-example' }, text);
      button.addEventListener('click', () => this.ask(text));
      return make('li', {}, button);
    });
    const hint = 'Every reason names its source: press a mark such as R1 to read what it rests on.';
    return make('section', { className: 'bc-welcome' }, make('h3', {}, 'What are you looking for?'),
      make('p', {}, hint), make('ul', { className: 'bc-examples' }, ...examples));
  }

  #form() {
    this.box = make('textarea', { rows: 1, 'aria-label': 'Your message', placeholder: 'Ask for a product' });
    this.button = make('button', { type: 'submit', className: 'bc-send', 'aria-label': 'Send' });
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

  /** One turn: the question goes out, its events are shown as they come. */
  async ask(question) {
    if (this.#running) return;
    const running = new AbortController();
    const turn = new TurnView(question, () => {
      turn.node.remove();
      this.ask(question);
    });
    this.#begin(turn, running);
    try {
      await this.#run(question, turn, running.signal);
      if (!turn.ended) this.#announce(turn.fail('The answer broke off.'));
    } catch (error) {
      const stopped = error.name === 'AbortError';
      this.#announce(stopped ? turn.stop() : turn.fail('The shop cannot be reached. Check your connection.'));
    } finally {
      this.#running = null;
      this.#showSend('Send', 'idle');
    }
  }

  #begin(turn, running) {
    this.#running = running;
    this.box.value = '';
    this.#showSend('Stop', 'busy');
    this.turns.querySelector('.bc-welcome')?.remove();
    this.turns.append(turn.node);
    turn.node.scrollIntoView({ block: 'start' });
  }

  async #run(question, turn, signal) {
    const response = await this.#post(question, signal);
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
  async #post(question, signal) {
    const session = this.#session();
    const body = { message: question, shopper_token: this.#token, session_id: session };
    const response = await fetch(`${origin}/v1/chat`, {
      method: 'POST', signal, headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify(body, (key, value) => value ?? undefined),
    });
    if (response.status !== 404 || !session) return response;
    sessionStorage.removeItem(STORAGE_KEY);
    return this.#post(question, signal);
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

  #showSend(label, state) {
    this.button.setAttribute('aria-label', label);
    this.button.dataset.state = state;
  }
}

customElements.define('because-chat', BecauseChat);
if (!document.querySelector('because-chat')) document.body.append(document.createElement('because-chat'));
