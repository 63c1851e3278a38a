/** Making elements: HTML, SVG and MathML with the same three arguments. */

const SPACES = {
  html: "http://www.w3.org/1999/xhtml",
  svg: "http://www.w3.org/2000/svg",
  math: "http://www.w3.org/1998/Math/MathML",
};

/**
 * @param {"html"|"svg"|"math"} space
 * @returns {(tag: string, attributes?: Record<string, unknown>, ...children: (Node|string)[]) => Element}
 */
function maker(space) {
  return (tag, attributes = {}, ...children) => {
    const element = document.createElementNS(SPACES[space], tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, String(value));
    }
    element.append(...children);
    return element;
  };
}

export const html = maker("html");
export const svg = maker("svg");
export const math = maker("math");
