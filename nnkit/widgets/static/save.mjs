/** Taking something along: a picture as an SVG file, a text on the clipboard. */

const LOOKS = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "visibility",
  "display", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline",
];

/**
 * The picture as the text of an SVG file that needs no style sheet: every look is written onto its element.
 * @param {SVGSVGElement} picture one that is on the page
 * @returns {string}
 */
export function standalone(picture) {
  const copy = picture.cloneNode(true);
  const [from, to] = [[picture, ...picture.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const look of LOOKS) to[i].style.setProperty(look, style.getPropertyValue(look));
    for (const name of ["tabindex", "role", "class"]) to[i].removeAttribute(name);
  });
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.style.fill = getComputedStyle(picture.closest(".nnkit") ?? picture).getPropertyValue("--paper") || "white";
  copy.prepend(paper);
  copy.style.minWidth = "0";
  const { width, height } = picture.viewBox.baseVal;
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  return new XMLSerializer().serializeToString(copy);
}

/**
 * Offers the picture as a download.
 * @param {SVGSVGElement} picture
 * @param {string} name of the file
 */
export function saveSvg(picture, name) {
  const url = URL.createObjectURL(new Blob([standalone(picture)], { type: "image/svg+xml" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/**
 * Puts a text on the clipboard; false when the browser does not let us.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text); // a page from disk or from another machine has no clipboard object
  }
}

function copyOldWay(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.style.cssText = "position: fixed; opacity: 0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus?.({ preventScroll: true });
  return done;
}
