// Uploads: form[data-upload] is sent with a progress bar that counts bytes, and can be stopped.
const MIB = 1024 * 1024;
const SUBMIT = "button.btn-primary, button.btn-danger";

function size(bytes) {
  return bytes < MIB ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / MIB).toFixed(1)} MB`;
}

function send(form) {
  const box = form.querySelector("[data-upload-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-upload-words]");
  const count = box.querySelector("[data-upload-bytes]");
  const button = form.querySelector(SUBMIT);
  const request = new XMLHttpRequest();

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    count.textContent = `${size(event.loaded)} of ${size(event.total)}`;
    if (event.loaded === event.total) words.textContent = "Received. Checking the files…";
  });
  request.addEventListener("load", () => answered(form, request));
  request.addEventListener("error", () => failed(form, "The upload broke off. Check the connection and send it again."));
  request.addEventListener("abort", () => failed(form, "The upload was stopped; nothing was kept."));
  form.addEventListener("click", (event) => event.target.closest("[data-close]") && request.abort(), { once: true });

  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("X-Gatepost-CSRF", form.elements.csrf_token.value);
  const content = new FormData(form);
  button.disabled = true;
  box.hidden = false;
  words.textContent = "Sending…";
  request.send(content);
}

function answered(form, request) {
  const next = request.getResponseHeader("HX-Redirect");
  if (next) {
    window.location.assign(next);
    return;
  }
  const holder = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = holder.querySelector("form[data-upload], dialog, .gp-sheet");
  if (!fresh) {
    failed(form, `Gatepost answered ${request.status}. Try again; if it stays so, tell an administrator.`);
    return;
  }
  const form2 = fresh.matches("form") ? fresh : fresh.querySelector("form");
  if (form2) {
    form.replaceChildren(...form2.childNodes);
    document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  } else failed(form, fresh.textContent.trim());
}

function tooLarge(form) {
  const input = form.querySelector("input[data-limit-mb]");
  const file = input?.files[0];
  return file && file.size > Number(input.dataset.limitMb) * MIB ? file : null;
}

function failed(form, sentence) {
  const box = form.querySelector("[data-upload-progress]");
  box.hidden = false;
  box.querySelector("[data-upload-words]").textContent = sentence;
  form.querySelector(SUBMIT).disabled = false;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("form[data-upload]")) return;
  event.preventDefault();
  const file = tooLarge(form);
  if (file) failed(form, `${file.name} has ${size(file.size)}, which is more than this server takes.`);
  else send(form);
});
