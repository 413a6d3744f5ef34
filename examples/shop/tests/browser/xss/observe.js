// What a browser makes of each content, as markup of a page and as a page of its own: a list of all that is wrong with it.
async contents => {
  const kept = { P: [], BR: [], STRONG: [], EM: [], A: ["href", "title", "rel"] };
  const page = ["HTML", "HEAD", "TITLE", "BODY"];
  const events = [
    "click", "dblclick", "mouseover", "mouseenter", "pointerover", "focus", "blur", "load", "error", "toggle", "beforetoggle",
    "animationstart", "animationend", "transitionend", "begin", "end", "start", "finish", "bounce", "input", "change", "submit",
    "reset", "invalid", "scroll", "wheel", "keydown", "paste", "copy", "drag", "play", "pageshow", "hashchange", "message",
  ];
  const canaries = ["alert", "confirm", "prompt", "print", "open", "eval", "fetch", "ran"];
  const found = [];

  // Whatever calls one of these has run.
  const watch = (view, tell) => {
    for (const name of canaries) view[name] = () => { tell(`it called ${name}`); };
    view.onerror = () => { tell("it failed"); };
  };
  watch(window, what => found.push(what));
  const wait = () => new Promise(requestAnimationFrame);

  const shown = contents.flatMap((content, nth) => ["markup", "page"].map(way => {
    const tell = what => { found.push(`${what}, as ${way} ${nth}`); };
    const frame = document.body.appendChild(document.createElement("iframe"));
    const inner = frame.contentDocument;
    watch(frame.contentWindow, tell);
    if (way === "page") {
      inner.open();
      watch(frame.contentWindow, tell);
      inner.write(`<!doctype html><title>x</title><body>${content}`);
      inner.close();
      return { frame, tell, root: inner };
    }
    const root = inner.body.appendChild(inner.createElement("div"));
    root.innerHTML = content;
    // Written out and read again it is still the same.
    const again = inner.createElement("div");
    again.innerHTML = root.innerHTML;
    if (!again.isEqualNode(root)) tell(`it changed to ${again.innerHTML}`);
    return { frame, tell, root };
  }));
  await wait();

  for (const { tell, root } of shown) {
    const inner = root.ownerDocument ?? root;
    inner.addEventListener("click", event => event.preventDefault(), true);
    const walker = inner.createTreeWalker(root);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.DOCUMENT_TYPE_NODE) continue;
      const is = name => node.nodeType === Node.ELEMENT_NODE && node.namespaceURI === inner.documentElement.namespaceURI && node.nodeName === name;
      const name = Object.keys(kept).find(is);
      if (!name && !(root === inner && page.some(is))) tell(`it holds ${node.nodeName}`);
      for (const { name: attribute } of node.attributes ?? []) {
        if (!name || !kept[name].includes(attribute)) tell(`it holds ${node.nodeName} with ${attribute}`);
      }
      if (name === "A" && node.hasAttribute("href") && !["http:", "https:", "mailto:"].includes(node.protocol)) tell(`it leads to ${node.href}`);
      if (name === "A" && node.rel !== "noopener noreferrer nofollow") tell(`it opens as ${node.rel}`);
    }
    for (const element of root.querySelectorAll("*")) {
      for (const event of events) element.dispatchEvent(new Event(event, { cancelable: true }));
      element.focus?.();
    }
  }
  await wait();
  await wait();
  for (const { frame } of shown) frame.remove();
  return found;
}
