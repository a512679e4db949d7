// What a page can be asked about itself. `laid`: as it is laid out now. `sent`: as the server sent it, before any script.
({
  laid() {
    const found = [];
    const name = (e) => {
      const words = (e.innerText ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
      return `${e.tagName.toLowerCase()}${e.className && typeof e.className === "string" ? "." + e.className.trim().replace(/\s+/g, ".") : ""} "${words}"`;
    };
    const visible = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
    const unseen = new Set([...document.body.querySelectorAll("*")].filter((e) => getComputedStyle(e).clipPath.startsWith("inset(50%")));
    const aside = (e) => {
      for (let each = e; each; each = each.parentElement) if (unseen.has(each) || each.matches("svg, [hidden]")) return true;
      return false;
    };

    const scroller = document.scrollingElement;
    if (scroller.scrollWidth > innerWidth) {
      const wide = [...document.body.querySelectorAll("*")].filter((e) => visible(e) && e.getBoundingClientRect().right > innerWidth + 1);
      const inner = wide.filter((e) => !wide.some((other) => other !== e && e.contains(other)));
      found.push(`scrolls to the side by ${scroller.scrollWidth - innerWidth} px: ${inner.slice(0, 3).map(name).join(", ")}`);
    }

    const heads = [...document.querySelectorAll("h1")].filter(visible);
    if (heads.length !== 1) found.push(`${heads.length} h1`);

    for (const e of document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")) {
      if (!visible(e) || aside(e)) continue;
      const target = e.matches("input[type=checkbox], input[type=radio]") ? e.closest("label") ?? e : e;
      const box = target.getBoundingClientRect();
      // A link within a sentence is as high as its line: WCAG 2.5.8 leaves it out.
      const within = e.matches("a") && getComputedStyle(e).display === "inline";
      if (!within && (box.width < 24 || box.height < 24)) found.push(`is hit with difficulty, ${Math.round(box.width)}x${Math.round(box.height)}: ${name(e)}`);
    }

    for (const e of document.body.querySelectorAll("*")) {
      if (!visible(e) || aside(e) || e.matches("input, textarea, select, option, datalist")) continue;
      const style = getComputedStyle(e);
      const cuts = (flow) => flow === "hidden" || flow === "clip";
      if (style.textOverflow === "ellipsis" || !(e.innerText ?? "").trim()) continue;
      if (cuts(style.overflowX) && e.scrollWidth > e.clientWidth + 1) found.push(`is cut off at its side: ${name(e)}`);
      if (cuts(style.overflowY) && e.scrollHeight > e.clientHeight + 1) found.push(`is cut off below: ${name(e)}`);
    }

    // Words over words. Lines of text of different elements may touch, and must not lie on one another.
    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node && lines.length < 4000; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (!node.data.trim() || !visible(holder) || aside(holder)) continue;
      range.selectNodeContents(node);
      // What is shortened by dots ends where its box ends.
      const dotted = [holder, holder.parentElement].find((e) => getComputedStyle(e).textOverflow === "ellipsis");
      const boxes = dotted ? [dotted.getBoundingClientRect()] : range.getClientRects();
      for (const box of boxes) if (box.width > 1 && box.height > 1) lines.push({ box, holder });
    }
    lines.sort((a, b) => a.box.top - b.box.top);
    const told = new Set();
    lines.forEach(({ box, holder }, at) => {
      for (let next = at + 1; next < lines.length && lines[next].box.top < box.bottom - 6; next++) {
        const other = lines[next];
        if (other.holder === holder || told.has(holder)) continue;
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - other.box.top;
        // Fonts of scripts with tall letters have boxes that reach over the line.
        if (across > 3 && down > 0.4 * Math.min(box.height, other.box.height)) {
          told.add(holder);
          found.push(`lies over other words: ${name(holder)} and ${name(other.holder)}`);
        }
      }
    });
    return [...new Set(found)];
  },

  // Rows beyond the first hundred are made like those: the rules of accessibility, which compare each with each, need not
  // see them.
  shorten(most) {
    for (const list of document.querySelectorAll("ul, ol, tbody, datalist, select")) {
      for (const row of [...list.children].slice(most)) row.remove();
    }
  },

  sent(text) {
    const found = [];
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const form of page.querySelectorAll("form")) {
      const buttons = [...page.querySelectorAll("button, input[type=submit]")].filter((e) => e.closest("form") === form || e.getAttribute("form") === form.id);
      const sends = buttons.filter((e) => (e.getAttribute("type") ?? "submit") === "submit" && !e.disabled && !e.closest("[hidden]"));
      if (sends.length === 0) found.push(`cannot be sent without a script: form ${form.getAttribute("action") ?? ""}`);
    }
    for (const e of page.querySelectorAll('button[type="button"], a[href="#"], a[href^="javascript:"], [style], [onclick]')) {
      if (!e.closest("[hidden]")) found.push(`does nothing without a script, or is styled in place: ${e.outerHTML.slice(0, 80)}`);
    }
    return found;
  },
})
