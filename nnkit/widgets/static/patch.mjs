/**
 * Brings a drawn tree up to a new one of the same shape and touches only what differs. A formula is slow to lay out, so
 * what says the same as before should stay where it is.
 */

/**
 * @param {Node} old what is on the page; its listeners stay, so they must look at what is shown when they are called
 * @param {Node} fresh what it should look like
 * @returns {boolean} false, and nothing is touched, when the two differ in shape
 */
export function patch(old, fresh) {
  if (!sameShape(old, fresh)) return false;
  bring(old, fresh);
  return true;
}

function sameShape(one, other) {
  return one.nodeName === other.nodeName && one.childNodes.length === other.childNodes.length
    && [...one.childNodes].every((child, i) => sameShape(child, other.childNodes[i]));
}

function bring(old, fresh) {
  if (old.nodeType === 3) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  old.childNodes.forEach((child, i) => bring(child, fresh.childNodes[i]));
}
