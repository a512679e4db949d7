// Codes read by the camera, checked in without leaving the page. The browser's own detector where there is one, else the
// decoder that was built in; without either, the letters are typed and the form works by itself.

const part = document.querySelector("[data-scan]");
const words = part.dataset;
const said = part.querySelector("[data-said]");
const list = part.querySelector("[data-list]");
const view = part.querySelector("[data-view]");
const video = part.querySelector("video");
const start = part.querySelector("[data-start]");
const form = part.querySelector("[data-typed]");
const MOST_SHOWN = 10;
const SAME_FOR = 4000;
const WIDEST = 960;
const PATIENCE = 8000;
const BREATH = 1000;
// By touch, without sound: one short, two short, one long.
const FEEL = { success: [80], info: [40, 60, 40], warning: [250], danger: [250] };

// What the button says before the camera runs.
const startWords = start.querySelector("span").textContent;

let stream = null;
let starting = false;
let last = { text: "", at: 0 };

function say(kind, text) {
  said.dataset.kind = kind;
  said.textContent = text;
  navigator.vibrate?.(FEEL[kind]);
}

function note(text) {
  const line = document.createElement("li");
  line.textContent = text;
  list.hidden = false;
  list.prepend(line);
  while (list.children.length > MOST_SHOWN) list.lastElementChild.remove();
}

function told(found) {
  const fill = (text) => text.replace("{name}", found.name).replace("{n}", found.minutes_late).replace("{why}", found.kept || found.doubtful);
  if (found.kept) return ["warning", fill(words.kept)];
  if (found.doubtful) return ["warning", fill(words.doubtful)];
  if (found.already) return ["info", fill(words.already)];
  return ["success", fill(found.minutes_late ? words.late : words.in)];
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// An answer that never comes, or is torn off, must not hold up the whole line. It may have arrived all the same, so nobody
// is told that it did not, and the same code may be read again soon: then it is answered that they are in already.
function unanswered() {
  last = { text: "", at: 0 };
  say("warning", words.noAnswer);
  return false;
}

async function checkIn(code) {
  let answer;
  let body;
  if (!navigator.onLine) {
    say("danger", words.offline);
    return false;
  }
  try {
    answer = await fetch(words.scan, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code }), signal: AbortSignal.timeout(PATIENCE) });
    // A refusal may come from what stands before the server, in words of its own.
    body = await answer.json().catch((error) => {
      if (answer.ok || error.name === "TimeoutError") throw error;
      return {};
    });
  } catch {
    return unanswered();
  }
  const [kind, text] = answer.ok ? told(body) : ["danger", body.detail || words.failed];
  say(kind, text);
  note(text);
  return answer.ok;
}

async function reader() {
  if ("BarcodeDetector" in window) {
    const formats = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
    if (formats.includes("qr_code")) {
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return async (source) => (await detector.detect(source))[0]?.rawValue ?? "";
    }
  }
  if (!words.decoder) return null;
  const { default: decode } = await import(words.decoder);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (source) => {
    const scale = Math.min(1, WIDEST / source.videoWidth);
    canvas.width = Math.round(source.videoWidth * scale);
    canvas.height = Math.round(source.videoHeight * scale);
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decode(pen.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return ""; // No code in this picture.
    }
  };
}

async function look(read) {
  while (stream) {
    if (video.videoWidth) {
      const text = await read(video).catch(() => "");
      const now = Date.now();
      if (text && stream && (text !== last.text || now - last.at > SAME_FOR)) {
        last = { text, at: now };
        await checkIn(text);
        if (last.text) last.at = Date.now();
        else await pause(BREATH);
      } else if (text) last.at = now;
    }
    await pause(120);
  }
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  view.hidden = true;
  start.querySelector("span").textContent = startWords;
}

async function begin() {
  // A decoder that could not be loaded is the same as none; one that is on its way too long may come the next time.
  const read = await Promise.race([reader().catch(() => null), pause(PATIENCE)]);
  if (read === undefined) return say("warning", words.slowDecoder);
  if (!read) return say("warning", words.noDecoder);
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  } catch (error) {
    return say("warning", error.name === "NotAllowedError" ? words.refused : words.noCamera);
  }
  video.srcObject = stream;
  view.hidden = false;
  start.querySelector("span").textContent = words.stop;
  await video.play();
  said.dataset.kind = "";
  said.textContent = words.looking;
  look(read);
}

// One start at a time: what reads codes, and whoever is asked for the camera, may take a while.
async function pressed() {
  if (starting) return;
  if (stream) return stop();
  starting = true;
  start.setAttribute("aria-busy", "true");
  said.dataset.kind = "";
  said.textContent = words.starting;
  try {
    await begin();
  } finally {
    starting = false;
    start.removeAttribute("aria-busy");
  }
}

if (navigator.mediaDevices?.getUserMedia) {
  part.querySelector("[data-camera]").hidden = false;
  start.addEventListener("click", pressed);
} else say("info", words.noCamera);

// With the camera running, a typed code does not stop it.
form.addEventListener("submit", async (event) => {
  if (!stream) return;
  event.preventDefault();
  event.stopPropagation();
  const field = form.elements.code;
  if (field.value.trim() && (await checkIn(field.value))) field.value = "";
  field.focus();
});
