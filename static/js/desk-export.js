// The desk's export: "Select all" ticks every field, or none. Without this file each field is ticked by itself.

const FIELDS = ".selectable-field-export-row input[type=checkbox]";

document.querySelectorAll(".select-toggle").forEach((all) => all.addEventListener("change", () => {
  document.querySelectorAll(FIELDS).forEach((field) => { field.checked = all.checked; });
}));
