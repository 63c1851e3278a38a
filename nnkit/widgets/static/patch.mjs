/**
 * Brings a drawn tree up to a new one and touches only what differs. A formula is slow to lay out, so one that says the
 * same as before should stay where it is.
 */

/**
 * @param {Node} old what is on the page; its listeners stay
 * @param {Node} fresh what it should look like; where the two differ in shape, its part takes the place of the old one
 */
export function patch(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.childNodes.length !== fresh.childNodes.length) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === 3) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  const children = [...fresh.childNodes];
  [...old.childNodes].forEach((child, i) => patch(child, children[i]));
}
