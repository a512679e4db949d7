// One file to the server: announced, sent part by part, finished. Whatever breaks on the way is tried again, and what
// has arrived is not sent twice.

const API = "/api/v1/uploads";
const MOST_TRIES = 8;
const LONGEST_PAUSE = 30;

// The server does not want it, or not from us; `again`: trying again later may help.
export class Refused extends Error {
  constructor(problem, status) {
    super(problem?.detail ?? "");
    this.signedOut = status === 401;
    this.again = [401, 403, 409, 429].includes(status) || status >= 500;
    this.code = problem?.code ?? "";
    this.status = status;
  }
}

// The upload has ended on the way: it is not there any more ("ended"), or takes nothing more ("gone").
export class Stopped extends Error {}

class Interrupted extends Error {
  constructor(seconds = 0) {
    super("interrupted");
    this.seconds = seconds;
  }
}

const aborted = () => new DOMException("stopped", "AbortError");

function ask(method, path, body, { headers = {}, signal, progress } = {}) {
  return new Promise((done, fail) => {
    if (signal.aborted) return fail(aborted());
    // fetch() does not tell how much of a body has left.
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal.addEventListener("abort", stop, { once: true });
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", stop));
    request.addEventListener("abort", () => fail(aborted()));
    request.addEventListener("error", () => fail(new Interrupted()));
    request.addEventListener("load", () => {
      let told = null;
      try { told = JSON.parse(request.responseText || "null"); } catch { /* A proxy's own page. */ }
      if (request.status >= 200 && request.status < 300) return done(told);
      const passing = request.status >= 500 || [408, 429].includes(request.status) || told?.code === "upload-busy" || told?.code === "request-in-flight";
      fail(passing ? new Interrupted(Number(request.getResponseHeader("retry-after")) || 0) : new Refused(told, request.status));
    });
    request.send(body);
  });
}

// Wait, but not longer than until the connection is back.
function pause(seconds, signal) {
  return new Promise((done, fail) => {
    const over = () => { clearTimeout(timer); removeEventListener("online", over); signal.removeEventListener("abort", stop); done(); };
    const stop = () => { over(); fail(aborted()); };
    const timer = setTimeout(over, seconds * 1000);
    addEventListener("online", over);
    signal.addEventListener("abort", stop);
  });
}

async function stubbornly(action, tell, signal) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Interrupted) || tries >= MOST_TRIES) throw error;
      const seconds = error.seconds || Math.min(LONGEST_PAUSE, 2 ** tries);
      const over = tell.again(seconds);
      await pause(seconds, signal);
      over();
    }
  }
}

async function announced(file, known, to, tell, signal) {
  if (known.id) {
    try {
      return await stubbornly(() => ask("GET", `${API}/${known.id}`, null, { signal }), tell, signal);
    } catch (error) {
      // It has expired meanwhile: begin anew.
      if (!(error instanceof Refused) || ![404, 410].includes(error.status)) throw error;
      tell.over();
    }
  }
  const [name, id] = to.split("=");
  const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID?.() ?? `${Math.random()}${Date.now()}` };
  const body = JSON.stringify({ name: file.name, size: file.size, [name]: id });
  const upload = await stubbornly(() => ask("POST", API, body, { headers, signal }), tell, signal);
  tell.begun(upload.id);
  return upload;
}

async function sendParts(file, upload, tell, signal) {
  const count = Math.ceil(upload.size / upload.part_size);
  const there = new Set(upload.parts);
  const headers = { "content-type": "application/octet-stream" };
  const slice = (number) => file.slice((number - 1) * upload.part_size, number * upload.part_size);
  let sent = [...there].reduce((sum, number) => sum + slice(number).size, 0);
  const started = { sent, at: performance.now() };
  tell.progress(sent, started);
  for (let number = 1; number <= count; number += 1) {
    if (there.has(number)) continue;
    const part = slice(number);
    const progress = (loaded) => tell.progress(Math.min(upload.size, sent + loaded), started);
    await stubbornly(() => ask("PUT", `${API}/${upload.id}/parts/${number}`, part, { headers, signal, progress }), tell, signal);
    sent += part.size;
    tell.progress(sent, started);
  }
}

async function sendWhole(file, known, to, tell, signal) {
  let upload = await announced(file, known, to, tell, signal);
  for (let round = 0; ; round += 1) {
    if (upload.state === "finished") return upload;
    await sendParts(file, upload, tell, signal);
    tell.checking();
    try {
      return await stubbornly(() => ask("POST", `${API}/${upload.id}/finish`, null, { signal }), tell, signal);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "parts-missing" || round > 2) throw error;
      upload = await stubbornly(() => ask("GET", `${API}/${upload.id}`, null, { signal }), tell, signal);
    }
  }
}

export async function sendFile(file, known, to, tell, signal) {
  try {
    return await sendWhole(file, known, to, tell, signal);
  } catch (error) {
    if (!(error instanceof Refused) || !known.id || ![404, 410].includes(error.status)) throw error;
    throw new Stopped(error.status === 404 ? "ended" : "gone");
  }
}
