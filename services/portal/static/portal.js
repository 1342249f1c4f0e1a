"use strict";
/* Comfort only: every page works without it. Questions that depend on others, saving as one types, dropping files. */

const fits = (condition, answers) => {
  if (!condition) return true;
  if (condition.field) {
    const given = answers[condition.field];
    return given !== undefined && given !== null && given !== "" && condition.equals.some((wanted) => wanted === given);
  }
  if (condition.all) return condition.all.every((one) => fits(one, answers));
  if (condition.any) return condition.any.some((one) => fits(one, answers));
  return !condition.none.some((one) => fits(one, answers));
};

const freshCommandId = (form) => {
  // What was changed since is another saving; pressing twice without a change is still one.
  if (crypto.randomUUID) form.querySelector('input[name="command_id"]').value = crypto.randomUUID();
};

document.querySelectorAll("form[data-conditions]").forEach((form) => {
  const answers = JSON.parse(form.dataset.answers);
  const read = () => {
    const given = new FormData(form);
    form.querySelectorAll('input[name="asked"]:not(:disabled)').forEach((asked) => {
      const name = asked.value;
      const box = form.querySelector(`input[type="checkbox"][name="${name}"]`);
      answers[name] = box ? box.checked : given.get(name);
    });
  };
  const show = (element, applies) => {
    if (element.tagName === "OPTION") {
      element.hidden = element.disabled = !applies;
      if (!applies && element.selected) element.selected = false;
      return;
    }
    element.hidden = !applies;
    element.querySelectorAll("input, select, textarea, button").forEach((input) => { input.disabled = !applies; });
  };
  const refresh = () => {
    // In the order of the form: a condition looks at what stands before; what does not apply counts as unanswered.
    form.querySelectorAll("[data-when]").forEach((element) => {
      read();
      const applies = fits(JSON.parse(element.dataset.when), answers);
      show(element, applies);
      if (!applies) element.querySelectorAll?.('input[name="asked"]').forEach((asked) => { delete answers[asked.value]; });
    });
  };
  form.addEventListener("change", refresh);
  // A browser that comes back to the page may have put back what was typed.
  window.addEventListener("pageshow", refresh);
});

document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  const save = async () => {
    const sent = new FormData(form);
    sent.set("go", "autosave");
    try {
      const answer = await fetch(form.getAttribute("action") || location.pathname, { method: "POST", body: sent, redirect: "error" });
      status.textContent = answer.ok ? (await answer.json()).saved : status.dataset.failed;
    } catch {
      status.textContent = status.dataset.failed;
    }
  };
  form.addEventListener("input", () => {
    freshCommandId(form);
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
});

document.querySelectorAll("[data-drop]").forEach((area) => {
  const input = area.querySelector('input[type="file"]');
  const over = (is) => area.classList.toggle("is-over", is);
  area.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  area.addEventListener("dragleave", () => over(false));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
});

document.querySelectorAll("[data-shown-by]").forEach((area) => {
  const inputs = document.querySelectorAll(`input[name="${area.dataset.shownBy}"]`);
  const refresh = () => { area.hidden = ![...inputs].some((input) => input.checked && input.value === area.dataset.shownFor); };
  inputs.forEach((input) => input.addEventListener("change", refresh));
  refresh();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
