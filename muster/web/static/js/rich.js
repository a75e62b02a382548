// The rich editor over the boxes of text blocks. Without it they hold Markdown, which works as well.

const form = document.getElementById("words");
const MARKS = [
  ["B", "Bold", "bold", (chain) => chain.toggleBold()],
  ["I", "Italic", "italic", (chain) => chain.toggleItalic()],
  ["•", "List", "bulletList", (chain) => chain.toggleBulletList()],
  ["1.", "Numbered list", "orderedList", (chain) => chain.toggleOrderedList()],
];

const made = (tag, attributes, ...inside) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
};

const bar = (editor, ask) => {
  const buttons = MARKS.map(([glyph, name, state, act]) => {
    const button = made("button", { type: "button", title: name, "aria-label": name }, glyph);
    button.addEventListener("click", () => act(editor.chain().focus()).run());
    return [button, state];
  });
  const link = made("button", { type: "button", title: "Link (Ctrl+K)", "aria-label": "Link" }, "Link");
  link.addEventListener("click", ask);
  buttons.push([link, "link"]);
  const show = () => {
    for (const [button, state] of buttons) button.setAttribute("aria-pressed", editor.isActive(state));
  };
  editor.on("transaction", show);
  show();
  const whole = made("div", { class: "rich-bar", role: "toolbar", "aria-label": "Form of the text" });
  // Pressing a button leaves the place one writes at: the next letter goes where it belongs.
  whole.addEventListener("mousedown", (event) => event.preventDefault());
  whole.append(...buttons.map(([button]) => button));
  return whole;
};

// What somebody typed before the editor came: plain paragraphs, nothing of it lost.
const paragraphs = (words) => ({
  type: "doc",
  content: words.split("\n").map((line) => ({ type: "paragraph", content: line ? [{ type: "text", text: line }] : [] })),
});

const begin = (kit, box) => {
  if (box.dataset.rich === undefined || box.dataset.isRich) return;
  box.dataset.isRich = "1";
  const isTyped = box.value !== box.defaultValue;
  if (isTyped && box.dataset.rich) return; // they are changing the Markdown: it stays theirs
  const isFirst = box.hasAttribute("autofocus") || document.activeElement === box;
  const sheet = made("div", { class: "rich" });
  box.before(sheet);
  box.hidden = true;
  const help = document.getElementById(`${box.id}-help`);
  if (help) help.hidden = true;
  const { Document, Paragraph, Text, Bold, Italic, HardBreak, History, BulletList, OrderedList, ListItem, Link } = kit;
  const editor = new kit.Editor({
    element: sheet,
    injectCSS: false,
    content: isTyped ? paragraphs(box.value) : box.dataset.rich,
    extensions: [
      Document, Paragraph, Text, Bold, Italic, HardBreak, History, BulletList, OrderedList, ListItem,
      Link.configure({ autolink: false, openOnClick: false, enableTarget: false }),
    ],
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": "Text", spellcheck: "true" },
      handleKeyDown: (_, event) => {
        if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return false;
        event.preventDefault();
        ask();
        return true;
      },
    },
    onUpdate: () => keep(),
  });
  const keep = () => {
    box.value = editor.getHTML();
    form.elements[box.name.replace(/words$/, "as")].value = "html";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  if (isTyped) keep();
  const ask = async () => {
    const is = editor.getAttributes("link").href ?? "";
    const fields = { href: { type: "string", title: "Address, or {link} for the page of their seat" } };
    const said = await kit.updateAttrsDialog(fields, { title: "Link", submitText: "Link these words" })(editor, { href: is });
    if (!said) return;
    const chain = editor.chain().focus().extendMarkRange("link");
    (said.href ? chain.setLink({ href: said.href }) : chain.unsetLink()).run();
  };
  sheet.prepend(bar(editor, ask));
  sheet.addEventListener("muster:insert", (event) =>
    editor.chain().focus().insertContent({ type: "text", text: event.detail }).run(),
  );
  if (isFirst) editor.commands.focus("end");
};

if (form?.dataset.editor) {
  const kit = await import(form.dataset.editor);
  const all = () => form.querySelectorAll("textarea[data-rich]").forEach((box) => begin(kit, box));
  all();
  form.addEventListener("htmx:afterSettle", all);
}
