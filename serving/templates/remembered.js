// Runs once when the page's head is there: the button beside a shopper opens a drawer with what is remembered of them.
let drawer = null;

async function tokenOf(shopperId) {
  const response = await fetch(`${origin}/v1/demo/shoppers`);
  const shoppers = response.ok ? await response.json() : [];
  return shoppers.find((shopper) => shopper.shopper_id === shopperId)?.token || '';
}

async function openDrawer(button) {
  drawer?.remove();
  const token = await tokenOf(button.dataset.shopper);
  const panel = new MemoryPanel(new Words(button.dataset.language), token, () => drawer.hidePopover());
  drawer = make('div', { className: 'bc bc-drawer', popover: 'auto', role: 'dialog', 'aria-label': panel.title.textContent },
    panel.node);
  drawer.addEventListener('toggle', (event) => {
    if (event.newState === 'closed') element.querySelector('.bc-remembered')?.focus();
  });
  document.body.append(drawer);
  drawer.showPopover();
  panel.title.focus();
  await panel.refresh();
}

element.addEventListener('click', (event) => {
  const button = event.target.closest('.bc-remembered');
  if (button) openDrawer(button);
});
