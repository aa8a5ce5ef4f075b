// A form with data-passkey asks the browser for a passkey before it goes: "create" makes one, "get" uses one.
// Its data-options is where the challenge comes from. What went wrong stands in the form's [data-problem].
const supported = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function challenge(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function answered(form) {
  const options = await challenge(form);
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(credential.toJSON());
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-problem]");
  // Browsers know an address of digits as no site; the same console has a name on this machine.
  const named = !/^[\d.]+$|^\[/.test(location.hostname);
  form.hidden = !supported;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    form.setAttribute("aria-busy", "true");
    try {
      form.elements.answer.value = await answered(form);
      form.submit();
    } catch (error) {
      // Closing the browser's own window is no mistake of anybody's.
      problem.hidden = error.name === "NotAllowedError" && named;
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}
